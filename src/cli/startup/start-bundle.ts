import type { LoadedBundle } from './load-bundle.ts'
import { type CommandLine, start } from './start.ts'

/** A built command line. */
export interface CommandLineBundle {
  readonly path: string
  /** Tells its build from all others. */
  readonly build: string
  /** The words of each command, with spaces between them. */
  readonly commands: readonly string[]
}

/** Starts a built command line; see `start.ts`. Each command has compiled code of its own. */
export async function startBundle({ path, build, commands }: CommandLineBundle): Promise<void> {
  let bundle: LoadedBundle | undefined
  await start(async () => {
    // Imported here, behind the check of Node's version.
    const [{ openCodeCache }, { loadBundle }] = await Promise.all([
      import('./code-cache.ts'),
      import('./load-bundle.ts'),
    ])
    const line = `${process.argv.slice(2).join(' ')} `
    const words = commands.find((command) => line.startsWith(`${command} `)) ?? 'other'
    const name = [process.version, process.arch, ...words.split(' ')].join('-')
    bundle = loadBundle(path, name, openCodeCache(build))
    return bundle.exports as CommandLine
  })
  // A run that failed has not come to all that the command does.
  if (process.exitCode === 0) bundle?.keepCode()
}
