import { Cursor, type Extent, sliceSource } from '../bytes/index.ts'
import { FormatError, ImageError, IsokitError } from '../errors.ts'
import type { Iso9660 } from '../formats/iso9660/index.ts'
import { decodeKargsArea, type KargsPadding, trimKargs } from './kargs.ts'
import { checkAreaByteLength, type KargsJson, readKargsJson } from './kargs-json.ts'
import { findNamedFile, locateInFile } from './metadata.ts'

/** The header of 2021 images: magic, area length, offset of the default block, offsets of up to six areas. */
const HEADER_OFFSET = 32672
const HEADER_BYTE_LENGTH = 72
const HEADER_MAGIC = 'coreKarg'
const HEADER_MAX_AREAS = 6

const DEFAULT_PADDING: KargsPadding = { pad: '#', end: '\n' }

/** One place where a boot loader finds kernel arguments. */
export interface KargsArea extends Extent, KargsPadding {
  /** The file that holds the area, as `kargs.json` names it; the header of 2021 images names none. */
  readonly path: string | undefined
  /** Whether `kargs.json` declares filler and terminator for the area, as it does since mid 2023. */
  readonly hasDeclaredPadding: boolean
  /** The arguments that stand there now; `undefined` when the bytes are not UTF-8. */
  readonly kargs: string | undefined
}

/** All kernel-argument areas of a live image. They hold the same text, one for each boot loader. */
export interface KargsAreas {
  /** The arguments that the image was made with. */
  readonly default: string
  /** Bytes of each area, the terminator included. */
  readonly byteLength: number
  /** The areas; by offset when they come from `kargs.json`, in header order otherwise. */
  readonly areas: readonly KargsArea[]
  /** How the areas were found: `coreos/kargs.json`, or the header in the system area of 2021 images. */
  readonly foundBy: 'kargs.json' | 'header'
}

/**
 * Finds and reads the kernel-argument areas.
 *
 * @returns `undefined` for an image without areas (2020, and s390x before mid 2023).
 * @throws {FormatError} `METADATA_INVALID`, `AREA_INVALID` when what declares them is damaged. Areas that disagree with
 *   each other are no error here: see {@link currentKargs}.
 */
export async function readKargsAreas(
  iso: Iso9660,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<KargsAreas | undefined> {
  const json = await readKargsJson(iso, options)
  return json ? readJsonAreas(iso, json, options.signal) : readHeaderAreas(iso)
}

/**
 * The arguments that stand in all areas.
 *
 * @throws {ImageError} `KARGS_DAMAGED` when they disagree or one isn't text.
 */
export function currentKargs(areas: KargsAreas, name: string): string {
  const [first, ...others] = areas.areas
  const odd = first?.kargs === undefined ? first : others.find((area) => area.kargs !== first.kargs)
  if (first?.kargs !== undefined && !odd) return first.kargs
  const found = odd?.kargs === undefined ? 'bytes that are not text' : `"${odd.kargs}"`
  throw new ImageError(
    'KARGS_DAMAGED',
    `The kernel-argument areas of ${name} disagree: expected "${first?.kargs ?? areas.default}", but the area at offset ${odd?.offset} holds ${found}`,
    { hint: 'Run `isokit iso kargs reset` to write the defaults to all areas' },
  )
}

async function readJsonAreas(iso: Iso9660, json: KargsJson, signal: AbortSignal | undefined): Promise<KargsAreas> {
  const byteLength = json.size
  const areas: KargsArea[] = []
  for (const { path, offset, pad, end } of json.files) {
    const entry = await findNamedFile(iso, path, 'coreos/kargs.json', signal)
    const extent = locateInFile(iso, entry, { offset, byteLength }, 'kernel-argument area')
    const padding = { pad: pad ?? DEFAULT_PADDING.pad, end: end ?? DEFAULT_PADDING.end }
    const hasDeclaredPadding = pad !== undefined || end !== undefined
    areas.push({ ...(await readArea(iso, extent, padding)), path, hasDeclaredPadding })
  }
  areas.sort((a, b) => a.offset - b.offset)
  return { default: trimKargs(json.default), byteLength, areas, foundBy: 'kargs.json' }
}

async function readHeaderAreas(iso: Iso9660): Promise<KargsAreas | undefined> {
  const header = new Cursor(await iso.source.read(HEADER_OFFSET, HEADER_BYTE_LENGTH), HEADER_OFFSET, iso.name)
  if (String.fromCharCode(...header.take(HEADER_MAGIC.length)) !== HEADER_MAGIC) return undefined

  const where = `the coreKarg header of ${iso.name}`
  const byteLength = checkAreaByteLength(header.u64le(), where)
  const defaultOffset = header.u64le()
  const offsets: number[] = []
  while (offsets.length < HEADER_MAX_AREAS) {
    const offset = header.u64le()
    if (offset === 0) break
    offsets.push(offset)
  }
  if (offsets.length === 0) return undefined
  const extents = [defaultOffset, ...offsets].map((offset) => checkedExtent(iso, { offset, byteLength }, where))
  const blocks = await Promise.all(extents.map((extent) => readArea(iso, extent, DEFAULT_PADDING)))
  const [defaultBlock, ...areas] = blocks.map((block) => ({ ...block, path: undefined, hasDeclaredPadding: false }))
  if (defaultBlock?.kargs === undefined) {
    throw new FormatError('METADATA_INVALID', `The default arguments that ${where} points at are not text`)
  }
  return { default: defaultBlock.kargs, byteLength, areas, foundBy: 'header' }
}

async function readArea(
  iso: Iso9660,
  extent: Extent,
  padding: KargsPadding,
): Promise<Extent & KargsPadding & Pick<KargsArea, 'kargs'>> {
  const { offset, byteLength } = extent
  const bytes = await sliceSource(iso.source, extent).read(0, byteLength)
  let kargs: string | undefined
  try {
    kargs = decodeKargsArea(bytes, padding, `The kernel-argument area at offset ${offset} of ${iso.name}`)
  } catch (error) {
    if (!(error instanceof IsokitError)) throw error // not text: reset can mend it, so reading goes on
  }
  return { offset, byteLength, ...padding, kargs }
}

function checkedExtent(iso: Iso9660, extent: Extent, where: string): Extent {
  if (extent.offset + extent.byteLength <= iso.source.byteLength) return extent
  throw new FormatError(
    'AREA_INVALID',
    `${where} places a kernel-argument area at offset ${extent.offset}, outside the image of ${iso.source.byteLength} bytes`,
  )
}
