import { decodeUtf8, encodeUtf8 } from '../../src/bytes/index.ts'
import type { BootChange, BootFiles } from '../../src/coreos/index.ts'

/** A boot partition in memory, from texts by path. */
export function memoryBoot(texts: Readonly<Record<string, string>>): BootFiles {
  return {
    async list(path) {
      const inside = Object.keys(texts).filter((name) => name.startsWith(`${path}/`))
      const names = inside.map((name) => name.slice(path.length + 1).split('/')[0] as string)
      return inside.length === 0 ? undefined : [...new Set(names)].sort()
    },
    async isFile(path) {
      return path in texts
    },
    async read(path) {
      const text = texts[path]
      return text === undefined ? undefined : encodeUtf8(text)
    },
  }
}

/** Changes with their contents as text, to be compared. */
export function changesAsText(changes: readonly BootChange[]): readonly object[] {
  return changes.map((change) =>
    change.kind === 'create-directory' || change.kind === 'append-to-file'
      ? change
      : { ...change, bytes: decodeUtf8(change.bytes, change.path) },
  )
}
