import { chunks, type Extent, findDifference, type Hasher, type Patch, Sha256 } from '../bytes/index.ts'
import { ImageError } from '../errors.ts'
import { findIsoEntry, type Iso9660, type IsoEntry, isoFileSource, walkIso } from '../formats/iso9660/index.ts'
import {
  decodeMiniso,
  encodeMiniso,
  MAX_MINISO_BYTE_LENGTH,
  readRest,
  rebuildMinimalImage,
  type SharedExtents,
  type SharedRun,
  shareRuns,
} from '../formats/miniso/index.ts'
import { encodeXz, type Lzma2Encoder } from '../formats/xz/index.ts'
import { MINISO_PATH } from './plan-minimal-iso.ts'

/** What it takes to extract a minimal ISO from a full one later, and what it comes to. */
export interface MinimalIsoPacking {
  /** For the full image: its `coreos/miniso.dat`. */
  readonly patches: readonly Patch[]
  /** Files of the full image. */
  readonly fileCount: number
  /** Files of the minimal image, all of which the full one has too. */
  readonly sharedFileCount: number
  /** Bytes that both images have. */
  readonly sharedByteLength: number
  /** Bytes that only the minimal image has. */
  readonly restByteLength: number
  /** The same bytes, compressed. */
  readonly packedByteLength: number
}

/** Options of {@link planMinimalIsoPacking}. */
export interface PackMinimalIsoOptions {
  /** Version of the program that packs, which errors tell whoever can't read the data. */
  readonly appVersion: string
  /** Compresses what only the minimal image has; isokit's own unless given. */
  readonly lzma2?: Lzma2Encoder | undefined
  /** A fresh SHA-256; isokit's own, which is slower than others, unless given. */
  readonly hasher?: Hasher | undefined
  /** Told now and then how much of the minimal image has been compared. */
  readonly onProgress?: ((progress: { readonly bytesDone: number; readonly bytesTotal: number }) => void) | undefined
  /** Stops the work; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** A file that both images have. */
interface SharedFile {
  readonly path: string
  readonly extents: readonly SharedExtents[]
}

/**
 * Plans to make a minimal ISO extractable from a full one, as the last step of building both: the full image must have a
 * `coreos/miniso.dat` of zeros, and all files of the minimal one. The minimal image is rebuilt from what will be written, and
 * compared byte for byte.
 *
 * @throws {ImageError} `MINISO_UNSUPPORTED` when the full image has no room for the data, `AREA_TOO_SMALL` when the room is
 *   too small, `MINISO_MISMATCH` when a file of the minimal image is missing in the full one or differs there.
 * @throws {FormatError} when one of the images is damaged, or `LIMIT_EXCEEDED`.
 */
export async function planMinimalIsoPacking(
  full: Iso9660,
  minimal: Iso9660,
  options: PackMinimalIsoOptions,
): Promise<MinimalIsoPacking> {
  const { appVersion, lzma2: encoder, signal } = options
  const slot = await findSlot(full, signal)
  const fullFiles = await listFiles(full, signal)
  const files = shareFiles(await listFiles(minimal, signal), fullFiles, { full, minimal, slot })
  const runs = shareRuns(files.flatMap(({ extents }) => extents))
  if (runs.length === 0) throw new ImageError('MINISO_MISMATCH', `${full.name} and ${minimal.name} share no bytes`)
  const rest = await readRest(minimal.source, runs, { signal })
  const packedRest = await encodeXz(rest, { encoder, signal })
  const sha256 = await compareRebuilt(full, minimal, { ...options, runs, packedRest, files })

  const data = encodeMiniso({ appVersion, runs, sha256, packedRest })
  decodeMiniso(data, `The data for ${minimal.name}`) // what couldn't be read back is not written
  if (data.byteLength > slot.byteLength) {
    throw new ImageError(
      'AREA_TOO_SMALL',
      `Cannot pack ${minimal.name} into ${full.name}: ${data.byteLength} bytes are too large for coreos/miniso.dat, which has ${slot.byteLength}`,
      { hint: 'Build the full image with a larger coreos/miniso.dat' },
    )
  }
  const bytes = new Uint8Array(slot.byteLength)
  bytes.set(data)
  return {
    patches: [{ offset: slot.offset, bytes, label: 'coreos/miniso.dat' }],
    fileCount: fullFiles.size,
    sharedFileCount: files.length,
    sharedByteLength: minimal.source.byteLength - rest.byteLength,
    restByteLength: rest.byteLength,
    packedByteLength: packedRest.byteLength,
  }
}

async function findSlot(full: Iso9660, signal: AbortSignal | undefined): Promise<Extent> {
  const entry = await findIsoEntry(full, MINISO_PATH, { signal })
  const slot = entry && !entry.isDirectory && entry.extents.length === 1 ? entry.extents[0] : undefined
  if (slot && slot.byteLength > 0) {
    return { offset: slot.offset, byteLength: Math.min(slot.byteLength, MAX_MINISO_BYTE_LENGTH) }
  }
  throw new ImageError('MINISO_UNSUPPORTED', `${full.name} has no coreos/miniso.dat to pack a minimal ISO into`, {
    hint: 'Build the full image with a coreos/miniso.dat of 16384 zero bytes',
  })
}

async function listFiles(iso: Iso9660, signal: AbortSignal | undefined): Promise<ReadonlyMap<string, IsoEntry>> {
  const files = new Map<string, IsoEntry>()
  for await (const entry of walkIso(iso, { signal })) {
    if (entry.isDirectory) continue
    isoFileSource(iso, entry) // throws when the file lies outside of the image
    files.set(entry.path, entry)
  }
  if (files.size > 0) return files
  throw new ImageError('MINISO_MISMATCH', `${iso.name} has no files`)
}

function shareFiles(
  minimalFiles: ReadonlyMap<string, IsoEntry>,
  fullFiles: ReadonlyMap<string, IsoEntry>,
  images: { readonly full: Iso9660; readonly minimal: Iso9660; readonly slot: Extent },
): readonly SharedFile[] {
  const { full, minimal, slot } = images
  return [...minimalFiles].map(([path, { extents, byteLength }]) => {
    const mismatch = (problem: string): ImageError =>
      new ImageError('MINISO_MISMATCH', `Cannot pack ${minimal.name} into ${full.name}: ${path} ${problem}`, {
        hint: 'Build both images from the same files, with the same options',
      })
    const other = fullFiles.get(path)
    if (!other) throw mismatch('is missing in the full image')
    if (other.byteLength !== byteLength) {
      throw mismatch(`has ${byteLength} bytes in the minimal image, and ${other.byteLength} in the full one`)
    }
    if (path === MINISO_PATH || other.extents.some((extent) => overlaps(extent, slot))) {
      throw mismatch('will hold the data for the minimal image, so that image cannot have it')
    }
    return { path, extents: pairExtents(extents, other.extents) }
  })
}

/** A file in parts of different sizes isn't shared; its bytes count among the rest. */
function pairExtents(minimal: readonly Extent[], full: readonly Extent[]): readonly SharedExtents[] {
  const pairs = minimal.flatMap((extent, index) => {
    const other = full[index]
    return other?.byteLength === extent.byteLength ? [{ minimal: extent, full: other }] : []
  })
  return pairs.length === minimal.length && minimal.length === full.length ? pairs : []
}

function overlaps(a: Extent, b: Extent): boolean {
  return a.byteLength > 0 && a.offset < b.offset + b.byteLength && b.offset < a.offset + a.byteLength
}

/** Rebuilds the minimal image from its parts, compares it with the real one, and gives the hash. */
async function compareRebuilt(
  full: Iso9660,
  minimal: Iso9660,
  options: PackMinimalIsoOptions & {
    readonly runs: readonly SharedRun[]
    readonly packedRest: Uint8Array
    readonly files: readonly SharedFile[]
  },
): Promise<Uint8Array> {
  const { runs, packedRest, files, hasher = new Sha256(), onProgress, signal, appVersion } = options
  const miniso = { appVersion, runs, packedRest, sha256: new Uint8Array(0) }
  const rebuilt = await rebuildMinimalImage(full.source, miniso, { name: minimal.name, signal })
  const rebuiltChunks = chunks(rebuilt, { signal, isTransient: true })
  const bytesTotal = minimal.source.byteLength
  let offset = 0
  for await (const chunk of chunks(minimal.source, { signal, isTransient: true })) {
    const { value: other } = await rebuiltChunks.next()
    if (!other) break // both have one length
    const difference = findDifference(chunk, other)
    if (difference < chunk.byteLength) throw differs(full, minimal, { files, offset: offset + difference })
    hasher.update(chunk)
    offset += chunk.byteLength
    onProgress?.({ bytesDone: offset, bytesTotal })
  }
  return hasher.digest()
}

function differs(
  full: Iso9660,
  minimal: Iso9660,
  { files, offset }: { readonly files: readonly SharedFile[]; readonly offset: number },
): ImageError {
  const isAt = ({ minimal: extent }: SharedExtents): boolean =>
    extent.offset <= offset && offset < extent.offset + extent.byteLength
  const path = files.find(({ extents }) => extents.some(isAt))?.path ?? 'the image'
  return new ImageError(
    'MINISO_MISMATCH',
    `Cannot pack ${minimal.name} into ${full.name}: ${path} differs, at offset ${offset} of the minimal image`,
    { hint: 'Build both images from the same files, with the same options, and pack before anything is customized' },
  )
}
