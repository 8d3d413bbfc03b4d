/**
 * Starts the command line in this process. What stands here runs before anything else is loaded, and is plain enough for
 * versions of Node that could not load the rest.
 */

const MIN_NODE_VERSION = [22, 20] as const

/** Runs the process's command line and leaves the exit code with the process. */
export async function start(): Promise<void> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [minMajor, minMinor] = MIN_NODE_VERSION
  if (major < minMajor || (major === minMajor && minor < minMinor)) {
    process.stderr.write(`Error: isokit needs Node.js ${minMajor}.${minMinor} or newer; this is ${process.version}\n`)
    process.exitCode = 1
    return
  }
  const [{ main }, { processHost }] = await Promise.all([import('./main.ts'), import('./process-host.ts')])
  process.exitCode = await main(process.argv.slice(2), processHost())
}
