import { kernelNameAt, type SystemFiles, unescapeOctal } from './system-files.ts'

/** Where the system swaps to. */
export interface Swaps {
  /** Kernel names. */
  readonly devices: ReadonlySet<string>
  readonly files: readonly string[]
}

/** Reads `/proc/swaps`, which lists swap on a mapped device as `/dev/dm-0`, too. */
export async function readSwaps(files: SystemFiles): Promise<Swaps> {
  const [, ...lines] = ((await files.read('/proc/swaps')) ?? '').split('\n')
  const entries = lines.map((line) => {
    const [path = '', type] = line.split(/\s+/)
    return { path: unescapeOctal(path), isFile: type === 'file' }
  })
  return {
    devices: new Set(entries.flatMap(({ path, isFile }) => (isFile ? [] : (kernelNameAt(path) ?? [])))),
    files: entries.flatMap(({ path, isFile }) => (isFile ? [path] : [])),
  }
}
