import { encodeUtf8, FieldWriter } from '../../../bytes/index.ts'
import { UsageError } from '../../../errors.ts'
import {
  DESCRIPTOR_TYPE,
  DESCRIPTOR_VERSION,
  EL_TORITO_CATALOG_FIELD_OFFSET,
  EL_TORITO_IDENTIFIER,
  ROOT_RECORD_BYTE_LENGTH,
  SECTOR_SIZE,
  STANDARD_IDENTIFIER,
} from '../layout.ts'
import { putU16Both, putU32Both } from './fields.ts'
import { encodeUcs2 } from './joliet-names.ts'

/** The texts of the volume descriptors. */
export interface VolumeLabels {
  readonly volumeId: string
  readonly systemId: string
  readonly volumeSetId: string
  readonly publisherId: string
  readonly preparerId: string
  readonly applicationId: string
}

/** What a primary or Joliet descriptor says beside its labels. */
export interface VolumeLayout {
  readonly volumeSectorCount: number
  readonly pathTableByteLength: number
  readonly littleEndianPathTableLba: number
  readonly bigEndianPathTableLba: number
  readonly rootRecord: Uint8Array
  readonly modifiedAt: Date
}

const MAX_LABEL_LENGTHS: Readonly<Record<keyof VolumeLabels, number>> = {
  volumeId: 32,
  systemId: 32,
  volumeSetId: 128,
  publisherId: 128,
  preparerId: 128,
  applicationId: 128,
}

/** The characters that readers of live images accept in a descriptor; real volume ids have lower case, dots, dashes. */
const LABEL_CHARACTERS = /^[A-Za-z0-9 _!"%&'()*+,\-./:;<=>?]*$/

/** Joliet with all of UCS-2 (level 3). */
const JOLIET_LEVEL_3 = '%/E'

/**
 * Throws unless the descriptors can hold the labels.
 *
 * @throws {UsageError} `ISO_INPUT_INVALID`
 */
export function checkLabels(labels: VolumeLabels): void {
  for (const key of Object.keys(MAX_LABEL_LENGTHS) as (keyof VolumeLabels)[]) {
    const label = labels[key]
    const maxLength = MAX_LABEL_LENGTHS[key]
    if (label.length > maxLength) throw invalid(key, label, `has ${label.length} characters, and ${maxLength} fit`)
    if (!LABEL_CHARACTERS.test(label)) throw invalid(key, label, 'has characters that readers refuse')
  }
  if (labels.volumeId.trim() === '') throw invalid('volumeId', labels.volumeId, 'is empty')
}

/** Encodes the primary volume descriptor (ECMA-119, 8.4). */
export function encodePrimaryDescriptor(labels: VolumeLabels, layout: VolumeLayout): Uint8Array {
  return encodeVolume('primary', labels, layout, (text, byteLength) => {
    const bytes = new Uint8Array(byteLength).fill(0x20)
    bytes.set(encodeUtf8(text.slice(0, byteLength)))
    return bytes
  })
}

/** Encodes the supplementary descriptor of the Joliet hierarchy. Labels are cut to the half of their characters. */
export function encodeJolietDescriptor(labels: VolumeLabels, layout: VolumeLayout): Uint8Array {
  return encodeVolume('supplementary', labels, layout, (text, byteLength) => {
    const length = Math.floor(byteLength / 2)
    const bytes = new Uint8Array(byteLength)
    bytes.set(encodeUcs2(text.slice(0, length).padEnd(length)))
    return bytes
  })
}

/** Encodes the boot record that leads to an El Torito catalog. */
export function encodeBootRecord(catalogLba: number): Uint8Array {
  const writer = startDescriptor('boot').put(encodeUtf8(EL_TORITO_IDENTIFIER))
  return writer.seek(EL_TORITO_CATALOG_FIELD_OFFSET).u32le(catalogLba).bytes
}

/** Encodes the descriptor that ends the list. */
export function encodeTerminator(): Uint8Array {
  return startDescriptor('terminator').bytes
}

function encodeVolume(
  type: 'primary' | 'supplementary',
  labels: VolumeLabels,
  layout: VolumeLayout,
  encodeText: (text: string, byteLength: number) => Uint8Array,
): Uint8Array {
  const writer = startDescriptor(type).skip(1) // flags
  writer.put(encodeText(labels.systemId, 32)).put(encodeText(labels.volumeId, 32)).skip(8)
  putU32Both(writer, layout.volumeSectorCount)
  if (type === 'supplementary') writer.put(encodeUtf8(JOLIET_LEVEL_3))
  writer.seek(120)
  putU16Both(writer, 1) // volumes of the set
  putU16Both(writer, 1) // this one's number
  putU16Both(writer, SECTOR_SIZE)
  putU32Both(writer, layout.pathTableByteLength)
  writer.u32le(layout.littleEndianPathTableLba).skip(4) // no second copy
  writer.u32be(layout.bigEndianPathTableLba).skip(4) // no second copy
  writer.put(layout.rootRecord.subarray(0, ROOT_RECORD_BYTE_LENGTH))
  for (const key of ['volumeSetId', 'publisherId', 'preparerId', 'applicationId'] as const) {
    writer.put(encodeText(labels[key], MAX_LABEL_LENGTHS[key]))
  }
  for (let index = 0; index < 3; index++) writer.put(encodeText('', 37)) // copyright, abstract and bibliographic files

  const created = encodeUtf8(formatTime(layout.modifiedAt))
  const never = encodeUtf8('0'.repeat(16))
  for (const time of [created, created, never, created]) writer.put(time).u8(0) // created, changed, expires, effective
  return writer.u8(1).bytes // version of the file structure
}

function startDescriptor(type: keyof typeof DESCRIPTOR_TYPE): FieldWriter {
  const writer = new FieldWriter(SECTOR_SIZE).u8(DESCRIPTOR_TYPE[type])
  return writer.put(encodeUtf8(STANDARD_IDENTIFIER)).u8(DESCRIPTOR_VERSION)
}

/** `2023071911365100`: year to hundredths of a second (ECMA-119, 8.4.26.1). */
function formatTime(time: Date): string {
  return time.toISOString().replace(/\D/g, '').slice(0, 16)
}

function invalid(key: string, label: string, reason: string): UsageError {
  return new UsageError('ISO_INPUT_INVALID', `The ${key} '${label}' cannot be put into an ISO image: it ${reason}`)
}
