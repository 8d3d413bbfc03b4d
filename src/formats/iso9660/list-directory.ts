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
  const extent = directoryExtent(directory)
  const { entries } = await readDirectory(iso, { path: directory.path, extent, encoding: 'iso' }, options)
  const children: IsoEntry[] = []
  for (const entry of entries) children.push(await followChildLink(iso, childEntry(directory, entry), options))
  return children
}
