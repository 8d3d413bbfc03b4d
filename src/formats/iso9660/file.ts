import { concatSources, type ReadOptions, readAll, type Source, sliceSource } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import type { IsoEntry } from './entry.ts'
import type { Iso9660 } from './iso.ts'

/** Options of {@link readIsoFile}. */
export interface ReadIsoFileOptions extends ReadOptions {
  /** Most bytes that may be taken into memory. */
  readonly maxByteLength: number
}

/**
 * The contents of a file as a source of their own, all extents in order. Nothing is read yet.
 *
 * @throws {FormatError} `ISO_RECORD_CORRUPT` when an extent is not inside the image.
 */
export function isoFileSource(iso: Iso9660, entry: IsoEntry): Source {
  const name = `${entry.realPath} in ${iso.name}`
  const parts = entry.extents.map((extent) => {
    // Writers give an empty file any extent, even one behind the end.
    if (extent.byteLength > 0 && extent.offset + extent.byteLength > iso.source.byteLength) {
      throw new FormatError(
        'ISO_RECORD_CORRUPT',
        `${name} lies outside of the image: ${extent.byteLength} bytes at offset ${extent.offset}, but the image has ${iso.source.byteLength}`,
        { hint: 'Download or copy the image again' },
      )
    }
    return sliceSource(iso.source, extent.byteLength > 0 ? extent : { offset: 0, byteLength: 0 }, name)
  })
  const only = parts.length === 1 ? parts[0] : undefined
  return only ?? concatSources(parts, name)
}

/**
 * Reads a file into memory.
 *
 * @throws {FormatError} `LIMIT_EXCEEDED` above `maxByteLength`, `ISO_RECORD_CORRUPT` when an extent is not inside the
 *   image.
 */
export async function readIsoFile(iso: Iso9660, entry: IsoEntry, options: ReadIsoFileOptions): Promise<Uint8Array> {
  if (entry.byteLength > options.maxByteLength) {
    throw new FormatError(
      'LIMIT_EXCEEDED',
      `${entry.realPath} in ${iso.name} has ${entry.byteLength} bytes, more than the ${options.maxByteLength} that it may have`,
    )
  }
  return readAll(isoFileSource(iso, entry), options)
}
