import packageJson from '../../package.json' with { type: 'json' }
import { isCommand } from './command-tree.ts'
import { formatCommandHelp, formatGroupHelp } from './help.ts'
import type { Invocation } from './invocation.ts'

/** The text for a line that asks for help or the version, or that names no command. */
export async function explain(invocation: Exclude<Invocation, { kind: 'run' }>, programName: string): Promise<string> {
  if (invocation.kind === 'version') return `${programName} ${packageJson.version}\n`
  const { words, subject } = invocation
  const isLong = invocation.kind === 'help' && invocation.isLong
  const commandLine = [programName, ...words].join(' ')
  if (isCommand(subject)) return formatCommandHelp(commandLine, subject, isLong)
  return formatGroupHelp(commandLine, subject, { isRoot: words.length === 0, isLong })
}
