import type { ReadOptions } from '../../bytes/index.ts'
import { readDirectory } from './directory.ts'
import { childEntry, directoryExtent, followChildLink, type IsoEntry } from './entry.ts'
import type { Iso9660 } from './iso.ts'

/**
 * The files and directories right inside a directory of the plain tree, in record order.
 *
 * @throws {FormatError} `ISO_RECORD_CORRUPT`, `LIMIT_EXCEEDED`
 */
export async function listIsoDirectory(
  iso: Iso9660,
  directory: IsoEntry,
  options: ReadOptions = {},
): Promise<readonly IsoEntry[]> {
  const request = { path: directory.path, extent: directoryExtent(directory), encoding: 'iso' } as const
  const children: IsoEntry[] = []
  for await (const entry of readDirectory(iso, request, options)) {
    children.push(await followChildLink(iso, childEntry(directory, entry), options))
  }
  return children
}
