import { UsageError } from '../../errors.ts'
import { parseConsoleSpec } from './console-spec.ts'

const PREFIX = 'console='

/**
 * The installer can set up the boot loader's console as well, if it is told about consoles as such.
 *
 * @param kargs kernel arguments that are added to the installed system's.
 * @param options the options that take a console, and that took the arguments.
 * @returns one sentence, or none where arguments name a console that the installer can't set up.
 */
export function adviseConsoles(
  kargs: readonly string[],
  options: { readonly console: string; readonly karg: string },
): readonly string[] {
  const specs = kargs.filter((karg) => karg.startsWith(PREFIX)).map((karg) => karg.slice(PREFIX.length))
  if (specs.length === 0 || !specs.every(isConsoleSpec)) return []
  const [wanted, given] = [`${options.console} `, `${options.karg} ${PREFIX}`].map((option) =>
    specs.map((spec) => `${option}${spec}`).join(' '),
  )
  return [`Consider ${wanted} instead of ${given}: it sets up the boot loader's console, too`]
}

function isConsoleSpec(text: string): boolean {
  try {
    parseConsoleSpec(text)
    return true
  } catch (error) {
    if (error instanceof UsageError) return false
    throw error
  }
}
