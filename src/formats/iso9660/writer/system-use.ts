import { FieldWriter } from '../../../bytes/index.ts'
import { SECTOR_SIZE } from '../layout.ts'
import { putU32Both } from './fields.ts'

/** Bytes of a CE field, which says where a record's system use goes on (SUSP 1.12, 5.1). */
const CONTINUATION_FIELD_BYTE_LENGTH = 28

/** The SUSP fields of one record, as many as fit, and where the others stand. */
export interface SystemUse {
  readonly fields: readonly Uint8Array[]
  readonly continuation?: { readonly offset: number; readonly systemUse: SystemUse }
}

/**
 * The continuation area: one run of sectors for all fields that do not fit their record.
 *
 * A record's piece of it never crosses a sector, because Linux reads no further than that.
 */
export class ContinuationArea {
  readonly #pieces: { readonly offset: number; readonly systemUse: SystemUse }[] = []
  #byteLength = 0

  /** Whole sectors that have been given out so far. */
  get byteLength(): number {
    return Math.ceil(this.#byteLength / SECTOR_SIZE) * SECTOR_SIZE
  }

  /** Keeps as many fields as fit `capacity` bytes, and takes the rest. */
  split(fields: readonly Uint8Array[], capacity: number): SystemUse {
    if (totalByteLength(fields) <= capacity) return { fields }
    let count = 0
    let free = capacity - CONTINUATION_FIELD_BYTE_LENGTH
    for (const field of fields) {
      free -= field.byteLength
      if (free < 0) break
      count++
    }
    const systemUse = this.split(fields.slice(count), SECTOR_SIZE)
    return { fields: fields.slice(0, count), continuation: { offset: this.#place(systemUse), systemUse } }
  }

  /** @param lba the sector where the area starts. */
  encode(lba: number): Uint8Array {
    const bytes = new Uint8Array(this.byteLength)
    for (const { offset, systemUse } of this.#pieces) bytes.set(encodeSystemUse(systemUse, lba), offset)
    return bytes
  }

  #place(systemUse: SystemUse): number {
    const byteLength = systemUseByteLength(systemUse)
    const left = SECTOR_SIZE - (this.#byteLength % SECTOR_SIZE)
    if (byteLength > left) this.#byteLength += left
    const offset = this.#byteLength
    this.#pieces.push({ offset, systemUse })
    this.#byteLength += byteLength
    return offset
  }
}

/** Bytes of the fields that stand in one place, with the CE field that leads to the next. */
export function systemUseByteLength({ fields, continuation }: SystemUse): number {
  return totalByteLength(fields) + (continuation ? CONTINUATION_FIELD_BYTE_LENGTH : 0)
}

/** @param continuationLba the sector where the continuation area starts. */
export function encodeSystemUse(systemUse: SystemUse, continuationLba: number): Uint8Array {
  const { fields, continuation } = systemUse
  const writer = new FieldWriter(systemUseByteLength(systemUse))
  for (const field of fields) writer.put(field)
  if (!continuation) return writer.bytes

  const { offset } = continuation
  writer.u8(0x43).u8(0x45).u8(CONTINUATION_FIELD_BYTE_LENGTH).u8(1) // CE
  putU32Both(writer, continuationLba + Math.floor(offset / SECTOR_SIZE))
  putU32Both(writer, offset % SECTOR_SIZE)
  putU32Both(writer, systemUseByteLength(continuation.systemUse))
  return writer.bytes
}

function totalByteLength(fields: readonly Uint8Array[]): number {
  return fields.reduce((total, field) => total + field.byteLength, 0)
}
