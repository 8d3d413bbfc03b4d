import type { ReadOptions } from '../../bytes/index.ts'
import { readDirectory } from './directory.ts'
import { childEntry, directoryExtent, followChildLink, type IsoEntry, rootEntry } from './entry.ts'
import type { Iso9660 } from './iso.ts'

/**
 * Finds the file or directory at a path, reading no directories but those on the way.
 *
 * Each part of the path is compared exactly with the ISO 9660 names of its directory, then with the Rock Ridge names:
 * `COREOS/KARGS.JSO` and `coreos/kargs.json` find the same file. Empty parts and `.` are dropped, `..` goes up and stops at
 * the root; an empty path is the root. Directories that Rock Ridge moved are found at their original place.
 *
 * @returns `undefined` when a part is missing, or when one before the last is a file. Whether a file or a directory was
 *   wanted is for the caller to check.
 * @throws {FormatError} `ISO_RECORD_CORRUPT`, `LIMIT_EXCEEDED` for the directories on the way.
 */
export async function findIsoEntry(
  iso: Iso9660,
  path: string,
  options: ReadOptions = {},
): Promise<IsoEntry | undefined> {
  let entry = rootEntry(iso, 'iso')
  for (const part of splitPath(path)) {
    options.signal?.throwIfAborted()
    if (!entry?.isDirectory) return undefined
    const extent = directoryExtent(entry)
    const { entries } = await readDirectory(iso, { path: entry.path, extent, encoding: 'iso' }, options)
    const found = entries.find(({ name }) => name === part) ?? entries.find(({ rockRidge }) => rockRidge?.name === part)
    if (!found) return undefined
    entry = await followChildLink(iso, childEntry(entry, found), options)
  }
  return entry
}

function splitPath(path: string): readonly string[] {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts
}
