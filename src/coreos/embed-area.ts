import { chunks, type Extent, lengthWithoutTrailingZeros, sliceSource } from '../bytes/index.ts'
import { FormatError, ImageError, IsokitError } from '../errors.ts'
import { type Codecs, EMBED_AREA_LIMITS, encodeInitrd, type InitrdFile, readInitrd } from '../formats/initrd/index.ts'
import { findIsoEntry, type Iso9660, type IsoEntry } from '../formats/iso9660/index.ts'
import { asByteCount, asString, findNamedFile, locateInFile, readMetadata } from './metadata.ts'

const IGNITION_IMAGE_PATH = 'IMAGES/IGNITION.IMG'
const IGNINFO_PATH = 'COREOS/IGNINFO.JSO'

/** The last 24 bytes of the system area, where images of 2020 and 2021 repeat the place of the embed area. */
const HEADER_OFFSET = 32744
const HEADER_BYTE_LENGTH = 24
const HEADER_MAGIC = 'coreiso+'

/** The largest embed area that isokit takes into memory; real ones have 256 KiB. */
export const MAX_EMBED_AREA_BYTE_LENGTH: number = 64 * 1024 * 1024

/** More zeros than end an archive: the NUL of the trailer's name, and padding to blocks of 512 bytes. */
const MAX_ARCHIVE_PADDING_BYTE_LENGTH = 4096

/** Space that a live image reserves for a second initrd: Ignition config, network keyfiles. */
export interface EmbedArea extends Extent {
  /** The file that holds the area, by its ISO path. */
  readonly path: string
  /** How the area was found: `coreos/igninfo.json`, or the well-known file `images/ignition.img`. */
  readonly foundBy: 'igninfo.json' | 'ignition.img'
  /** What the header of images before 2022 says, if there is one. It is not used, since coreos-installer doesn't. */
  readonly header: Extent | undefined
}

/** What an embed area holds. */
export interface EmbedAreaContent {
  /** The regular files of its archives, sorted by path; empty when the area is pristine. */
  readonly files: readonly InitrdFile[]
  /** Bytes up to the last one that isn't zero. */
  readonly usedByteLength: number
}

/**
 * Finds the embed area: where `coreos/igninfo.json` says (2023 and later), else `images/ignition.img`.
 *
 * @throws {FormatError} `NOT_A_LIVE_ISO` when there is neither; `METADATA_INVALID`, `AREA_INVALID` when they are damaged.
 */
export async function findEmbedArea(
  iso: Iso9660,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<EmbedArea> {
  const { signal } = options
  const header = await readHeader(iso)
  const igninfo = await readMetadata(iso, IGNINFO_PATH, signal)
  if (igninfo) {
    const where = `coreos/igninfo.json of ${iso.name}`
    const path = asString(igninfo['file'], `file in ${where}`)
    const entry = await findNamedFile(iso, path, 'coreos/igninfo.json', signal)
    const offset = asByteCount(igninfo['offset'] ?? 0, `offset in ${where}`)
    const byteLength = asByteCount(igninfo['length'] ?? Math.max(0, entry.byteLength - offset), `length in ${where}`)
    return areaOf(iso, entry, { offset, byteLength }, { foundBy: 'igninfo.json', header })
  }
  const entry = await findIsoEntry(iso, IGNITION_IMAGE_PATH, { signal })
  if (!entry || entry.isDirectory) {
    throw new FormatError(
      'NOT_A_LIVE_ISO',
      `Unrecognized CoreOS ISO image: ${iso.name} has neither coreos/igninfo.json nor images/ignition.img`,
      { hint: 'Use a live ISO of Fedora CoreOS or RHEL CoreOS' },
    )
  }
  return areaOf(iso, entry, { offset: 0, byteLength: entry.byteLength }, { foundBy: 'ignition.img', header })
}

/** How many bytes of the area are used: up to the last one that isn't zero. */
export async function measureEmbedArea(
  iso: Iso9660,
  { offset, byteLength }: EmbedArea,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<number> {
  let usedByteLength = 0
  let position = 0
  for await (const chunk of chunks(iso.source, { offset, byteLength, signal: options.signal })) {
    const chunkUsedByteLength = lengthWithoutTrailingZeros(chunk)
    if (chunkUsedByteLength > 0) usedByteLength = position + chunkUsedByteLength
    position += chunk.byteLength
  }
  return usedByteLength
}

/**
 * Reads what the area holds.
 *
 * @throws {FormatError} `NOT_A_LIVE_ISO` when the bytes are neither zeros nor an initrd; the cause says why.
 */
export async function readEmbedArea(
  iso: Iso9660,
  area: EmbedArea,
  options: { codecs: Codecs; signal?: AbortSignal | undefined },
): Promise<EmbedAreaContent> {
  const { codecs, signal } = options
  const usedByteLength = await measureEmbedArea(iso, area, { signal })
  if (usedByteLength === 0) return { files: [], usedByteLength }
  // An archive may end in zeros of its own; the rest of them need not be read again.
  const byteLength = Math.min(area.byteLength, usedByteLength + MAX_ARCHIVE_PADDING_BYTE_LENGTH)
  const source = sliceSource(iso.source, { offset: area.offset, byteLength }, `the embed area of ${iso.name}`)
  try {
    return { files: await readInitrd(source, { codecs, limits: EMBED_AREA_LIMITS, signal }), usedByteLength }
  } catch (cause) {
    if (!(cause instanceof IsokitError)) throw cause
    throw new FormatError(
      'NOT_A_LIVE_ISO',
      `Unrecognized CoreOS ISO image: the embed area of ${iso.name} (${area.byteLength} bytes at offset ${area.offset}) does not hold an initrd`,
      { cause, hint: 'Run `isokit iso reset` to empty the area' },
    )
  }
}

/**
 * The bytes of an area that holds these files: an archive, then zeros; only zeros when there are no files.
 *
 * @throws {ImageError} `AREA_TOO_SMALL` when the compressed archive is larger than the area; `explain` words what takes
 *   the space.
 */
export async function encodeEmbedArea(
  area: EmbedArea,
  files: readonly InitrdFile[],
  options: { codecs: Codecs; name: string; explain: () => string; signal?: AbortSignal | undefined },
): Promise<Uint8Array> {
  const bytes = new Uint8Array(area.byteLength)
  if (files.length === 0) return bytes
  const archive = await encodeInitrd(files, options)
  if (archive.byteLength > area.byteLength) {
    throw new ImageError(
      'AREA_TOO_SMALL',
      `Cannot customize ${options.name}: the compressed initramfs is too large: ${archive.byteLength} bytes do not fit the ${area.byteLength}-byte embed area. ${options.explain()}`,
      { hint: 'Fetch large contents at boot instead: give them by URL, or merge a remote config' },
    )
  }
  bytes.set(archive)
  return bytes
}

function areaOf(iso: Iso9660, entry: IsoEntry, range: Extent, found: Pick<EmbedArea, 'foundBy' | 'header'>): EmbedArea {
  const extent = locateInFile(iso, entry, range, 'embed area')
  if (extent.byteLength > MAX_EMBED_AREA_BYTE_LENGTH) {
    throw new FormatError(
      'AREA_INVALID',
      `The embed area of ${iso.name} claims ${extent.byteLength} bytes; no image has more than ${MAX_EMBED_AREA_BYTE_LENGTH}`,
    )
  }
  return { ...extent, path: entry.path, ...found }
}

async function readHeader(iso: Iso9660): Promise<Extent | undefined> {
  const bytes = await iso.source.read(HEADER_OFFSET, HEADER_BYTE_LENGTH)
  const magic = String.fromCharCode(...bytes.subarray(0, HEADER_MAGIC.length))
  if (magic !== HEADER_MAGIC) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { offset: Number(view.getBigUint64(8, true)), byteLength: Number(view.getBigUint64(16, true)) }
}
