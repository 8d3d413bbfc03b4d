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
    if (!entry?.isDirectory) return undefined
    const found = await findChild(iso, entry, part, options)
    entry = found && (await followChildLink(iso, found, options))
    if (!entry) return undefined
  }
  return entry
}

async function findChild(
  iso: Iso9660,
  directory: IsoEntry,
  name: string,
  options: ReadOptions,
): Promise<IsoEntry | undefined> {
  let byRealName: IsoEntry | undefined
  const request = { path: directory.path, extent: directoryExtent(directory), encoding: 'iso' } as const
  for await (const entry of readDirectory(iso, request, options)) {
    if (entry.name === name) return childEntry(directory, entry)
    if (entry.rockRidge?.name === name) byRealName ??= childEntry(directory, entry)
  }
  return byRealName
}

function splitPath(path: string): readonly string[] {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts
}
