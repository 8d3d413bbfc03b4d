import { alignUp, encodeUtf8, FieldWriter, joinBytes } from '../../src/bytes/index.ts'

const SECTOR_SIZE = 2048
const FIRST_DESCRIPTOR_SECTOR = 16

/** Sector of the root directory of every image from {@link isoBytes}. */
export const ROOT_SECTOR = 31

/** Sector that tests put a file or a second directory into. */
export const FREE_SECTOR = 32

/** Fields of a directory record; what is left out is right, and what is given may be wrong. */
export interface RecordFields {
  readonly identifier?: string | Uint8Array
  readonly lba?: number
  readonly byteLength?: number
  readonly flags?: number
  readonly attributeSectorCount?: number
  readonly systemUse?: Uint8Array
  /** The length that the record claims; the true one unless given. */
  readonly recordByteLength?: number
  /** The length that the name claims; the true one unless given. */
  readonly nameByteLength?: number
  /** The big-endian copies of `lba` and `byteLength`; equal unless given. */
  readonly bigEndian?: { readonly lba: number; readonly byteLength: number }
}

/** The bytes of a directory record. */
export function recordBytes(fields: RecordFields = {}): Uint8Array {
  const {
    lba = FREE_SECTOR,
    byteLength = 0,
    flags = 0,
    attributeSectorCount = 0,
    systemUse = new Uint8Array(0),
  } = fields
  const identifier = typeof fields.identifier === 'string' ? encodeUtf8(fields.identifier) : fields.identifier
  const name = identifier ?? encodeUtf8('FILE.TXT;1')
  const systemUseOffset = alignUp(33 + name.byteLength, 2)
  const trueByteLength = alignUp(systemUseOffset + systemUse.byteLength, 2)
  const record = new FieldWriter(trueByteLength)
  record.u8(fields.recordByteLength ?? trueByteLength).u8(attributeSectorCount)
  record.u32le(lba).u32be(fields.bigEndian?.lba ?? lba)
  record.u32le(byteLength).u32be(fields.bigEndian?.byteLength ?? byteLength)
  record.skip(7).u8(flags).skip(2).u16le(1).u16be(1)
  record.u8(fields.nameByteLength ?? name.byteLength).put(name)
  return record.seek(systemUseOffset).put(systemUse).bytes
}

/** The record of a directory. */
export function directoryRecordBytes(fields: RecordFields): Uint8Array {
  return recordBytes({ flags: 0x02, byteLength: SECTOR_SIZE, ...fields })
}

/** Where a directory is, and what is special about it. */
export interface DirectoryFields {
  readonly lba: number
  readonly parentLba?: number
  readonly byteLength?: number
  /** System use area of the record `.`. */
  readonly selfSystemUse?: Uint8Array
}

/** The bytes of a directory: `.`, `..` and the records, none of them across the end of a sector. */
export function directoryBytes(records: readonly Uint8Array[], fields: DirectoryFields): Uint8Array {
  const { lba, parentLba = ROOT_SECTOR, byteLength, selfSystemUse = new Uint8Array(0) } = fields
  const pieces: Uint8Array[] = []
  let end = 0
  const self = { lba, ...(byteLength !== undefined && { byteLength }) }
  for (const record of [
    directoryRecordBytes({ ...self, identifier: '\0', systemUse: selfSystemUse }),
    directoryRecordBytes({ lba: parentLba, identifier: '\u0001' }),
    ...records,
  ]) {
    const rest = SECTOR_SIZE - (end % SECTOR_SIZE)
    if (record.byteLength > rest) {
      pieces.push(new Uint8Array(rest))
      end += rest
    }
    pieces.push(record)
    end += record.byteLength
  }
  return padded(joinBytes(pieces), byteLength ?? alignUp(end, SECTOR_SIZE))
}

/** Fields of a primary or Joliet descriptor. */
export interface VolumeFields {
  readonly type?: number
  readonly identifier?: string
  readonly version?: number
  readonly systemId?: string | Uint8Array
  readonly volumeId?: string | Uint8Array
  readonly sectorCount?: number
  readonly escapeSequence?: string
  readonly root?: Uint8Array
}

/** The sector of a primary descriptor, or of a supplementary one with `type: 2`. */
export function volumeDescriptorBytes(fields: VolumeFields = {}): Uint8Array {
  const { type = 1, identifier = 'CD001', version = 1, sectorCount = 64, escapeSequence = '' } = fields
  const sector = new FieldWriter(SECTOR_SIZE).u8(type).put(encodeUtf8(identifier)).u8(version)
  sector
    .seek(8)
    .put(spaced(fields.systemId ?? '', 32))
    .put(spaced(fields.volumeId ?? 'TEST', 32))
  sector.seek(80).u32le(sectorCount).u32be(sectorCount).put(encodeUtf8(escapeSequence))
  sector.seek(128).u16le(SECTOR_SIZE).u16be(SECTOR_SIZE)
  return sector.seek(156).put(fields.root ?? directoryRecordBytes({ identifier: '\0', lba: ROOT_SECTOR })).bytes
}

/** Fields of an El Torito boot record. */
export interface BootRecordFields {
  readonly catalogLba?: number
  readonly systemId?: string
}

/** The sector of an El Torito boot record. */
export function bootRecordBytes(fields: BootRecordFields = {}): Uint8Array {
  const { catalogLba = FREE_SECTOR, systemId = 'EL TORITO SPECIFICATION' } = fields
  const sector = new FieldWriter(SECTOR_SIZE).u8(0).put(encodeUtf8('CD001')).u8(1).put(encodeUtf8(systemId))
  return sector.seek(71).u32le(catalogLba).bytes
}

/** The sector that ends the list of descriptors. */
export function terminatorBytes(): Uint8Array {
  return new FieldWriter(SECTOR_SIZE).u8(255).put(encodeUtf8('CD001')).u8(1).bytes
}

/** What an image holds. */
export interface IsoFields {
  /** Descriptors in their order, without the terminator; a primary one unless given. */
  readonly descriptors?: readonly Uint8Array[]
  /** Records of the root directory. */
  readonly root?: readonly Uint8Array[]
  /** Bytes of the root directory, instead of `root`. */
  readonly rootBytes?: Uint8Array
  /** System use area of the root's own record. */
  readonly rootSystemUse?: Uint8Array
  /** More contents, by sector. */
  readonly sectors?: Readonly<Record<number, Uint8Array>>
  /** Size of the image; 64 unless given. */
  readonly sectorCount?: number
}

/** The bytes of a small ISO 9660 image. */
export function isoBytes(fields: IsoFields = {}): Uint8Array {
  const { descriptors = [volumeDescriptorBytes()], root = [], sectors = {}, sectorCount = 64 } = fields
  const image = new FieldWriter(sectorCount * SECTOR_SIZE).seek(FIRST_DESCRIPTOR_SECTOR * SECTOR_SIZE)
  for (const sector of [...descriptors, terminatorBytes()]) image.put(sector)
  const selfSystemUse = fields.rootSystemUse ?? new Uint8Array(0)
  image
    .seek(ROOT_SECTOR * SECTOR_SIZE)
    .put(fields.rootBytes ?? directoryBytes(root, { lba: ROOT_SECTOR, selfSystemUse }))
  for (const [sector, bytes] of Object.entries(sectors)) image.seek(Number(sector) * SECTOR_SIZE).put(bytes)
  return image.bytes
}

/** A field of a system use area: `systemUseField('NM', 0, 'name')`. Numbers are bytes, texts are UTF-8. */
export function systemUseField(signature: string, ...data: readonly (number | string | Uint8Array)[]): Uint8Array {
  const bytes = joinBytes(
    data.map((piece) => {
      if (typeof piece === 'number') return Uint8Array.of(piece)
      return typeof piece === 'string' ? encodeUtf8(piece) : piece
    }),
  )
  return joinBytes([encodeUtf8(signature), Uint8Array.of(4 + bytes.byteLength, 1), bytes])
}

/** Numbers as system use fields hold them: little-endian, then big-endian. */
export function bothEndian(...values: readonly number[]): Uint8Array {
  const fields = new FieldWriter(values.length * 8)
  for (const value of values) fields.u32le(value).u32be(value)
  return fields.bytes
}

/** A text in big-endian UCS-2, as Joliet holds it. */
export function ucs2Bytes(text: string): Uint8Array {
  const fields = new FieldWriter(text.length * 2)
  for (let index = 0; index < text.length; index++) fields.u16be(text.charCodeAt(index))
  return fields.bytes
}

/** The bytes, with zeros behind them up to a length. */
export function padded(bytes: Uint8Array, byteLength: number): Uint8Array {
  return new FieldWriter(byteLength).put(bytes).bytes
}

function spaced(text: string | Uint8Array, byteLength: number): Uint8Array {
  const bytes = new Uint8Array(byteLength).fill(0x20)
  bytes.set(typeof text === 'string' ? encodeUtf8(text) : text)
  return bytes
}
