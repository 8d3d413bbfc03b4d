/**
 * Starts the command line in this process. What stands here runs before anything else is loaded, and is plain enough for
 * versions of Node that could not load the rest.
 */

const MIN_NODE_VERSION = [22, 20] as const

/** The module `command-line.ts`, or the same in a bundle. */
export interface CommandLine {
  runCommandLine(): Promise<number>
}

/** Loads the command line, runs it and leaves the exit code with the process. */
export async function start(load: () => Promise<CommandLine>): Promise<void> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [minMajor, minMinor] = MIN_NODE_VERSION
  if (major < minMajor || (major === minMajor && minor < minMinor)) {
    process.stderr.write(`Error: isokit needs Node.js ${minMajor}.${minMinor} or newer; this is ${process.version}\n`)
    process.exitCode = 1
    return
  }
  const { runCommandLine } = await load()
  // Not process.exit(): it waits for V8's compilers in other threads, which may wait for it (nodejs/node#54918).
  process.exitCode = await runCommandLine()
}
