import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CommandLine, run } from './measure.ts'

/** What a run did to one file. */
export interface Traffic {
  readonly readByteLength: number
  readonly writtenByteLength: number
}

/** System calls that move bytes and return how many. */
const CALLS = ['read', 'write', 'pread64', 'pwrite64', 'readv', 'writev', 'preadv', 'pwritev', 'preadv2', 'pwritev2']

/** Runs the command under strace and adds up what its calls read from and wrote to the file. */
export function traceTraffic(command: CommandLine, path: string): Traffic {
  const file = realpathSync(path)
  return inTemporaryFolder((folder) => {
    const trace = [
      'strace',
      '-ff',
      '-y',
      '-s',
      '0',
      '-e',
      `trace=${CALLS.join(',')}`,
      '-o',
      join(folder, 'trace'),
    ] as const
    // Node's thread pool would hide in io_uring otherwise, where strace sees no sizes.
    run([...trace, ...command], { ...process.env, UV_USE_IO_URING: '0' })
    const lines = readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    let [readByteLength, writtenByteLength] = [0, 0]
    for (const line of lines) {
      const call = /^(\w+)\(\d+<(.*?)>,.* = (\d+)$/.exec(line)
      if (call === null || call[2] !== file) continue
      if (call[1]?.includes('read')) readByteLength += Number(call[3])
      else writtenByteLength += Number(call[3])
    }
    return { readByteLength, writtenByteLength }
  })
}

/** Runs a Node command and gives the most memory that it held, in bytes. */
export function measurePeakRss(command: CommandLine): number {
  return inTemporaryFolder((folder) => {
    const report = join(folder, 'rss')
    const hook = `import { writeFileSync } from 'node:fs'
process.on('exit', () => writeFileSync(${JSON.stringify(report)}, String(process.resourceUsage().maxRSS)))`
    const url = `data:text/javascript,${encodeURIComponent(hook)}`
    run(command, { ...process.env, NODE_OPTIONS: `--import=${url}` })
    return Number(readFileSync(report, 'utf8')) * 1024
  })
}

function inTemporaryFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'isokit-bench-'))
  try {
    return use(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
