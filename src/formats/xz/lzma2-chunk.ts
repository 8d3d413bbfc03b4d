import type { ByteReader } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'

/** What stands before the data of a chunk. */
export interface Lzma2Chunk {
  /** Where the chunk starts in the reader's data. */
  readonly offset: number
  /** The header itself, a view that must not be written to. */
  readonly header: Uint8Array
  /** Bytes of the data, which follows. */
  readonly dataByteLength: number
  /** Bytes that the data stands for. */
  readonly uncompressedByteLength: number
  readonly isStored: boolean
  /** What starts over: nothing, or the first so many of {@link RESET_STATE} and those behind it. */
  readonly reset: number
  /** The parameters of LZMA, in one byte, when they change. */
  readonly properties: number | undefined
}

/** What a chunk resets; each one includes those before. */
export const RESET_STATE = 1
export const RESET_PROPERTIES = 2
export const RESET_DICTIONARY = 3

const CONTROL_END = 0x00
const CONTROL_STORED_AFTER_RESET = 0x01
const CONTROL_STORED = 0x02
const CONTROL_LZMA = 0x80

/**
 * Reads what stands before the next chunk's data; `undefined` for the end marker.
 *
 * @throws {FormatError} `COMPRESSED_DATA_CORRUPT`, `UNEXPECTED_END`.
 */
export async function readLzma2Chunk(reader: ByteReader): Promise<Lzma2Chunk | undefined> {
  const { offset } = reader
  const [control = 0] = await reader.peek(1)
  if (control > CONTROL_STORED && control < CONTROL_LZMA) {
    throw corruptLzma2(reader, offset, `the control byte ${control} is not defined`)
  }
  const header = await reader.take(headerByteLength(control))
  if (control === CONTROL_END) return undefined
  const [, high = 0, low = 0, packedHigh = 0, packedLow = 0, properties] = header
  if (control >= CONTROL_LZMA) {
    return {
      offset,
      header,
      dataByteLength: (packedHigh << 8) + packedLow + 1,
      uncompressedByteLength: ((control & 0x1f) << 16) + (high << 8) + low + 1,
      isStored: false,
      reset: (control >>> 5) & 3,
      properties,
    }
  }
  const byteLength = (high << 8) + low + 1
  return {
    offset,
    header,
    dataByteLength: byteLength,
    uncompressedByteLength: byteLength,
    isStored: true,
    reset: control === CONTROL_STORED_AFTER_RESET ? RESET_DICTIONARY : 0,
    properties: undefined,
  }
}

function headerByteLength(control: number): number {
  if (control === CONTROL_END) return 1
  if (control < CONTROL_LZMA) return 3
  return ((control >>> 5) & 3) >= RESET_PROPERTIES ? 6 : 5
}

/** The error for a chunk that is damaged. */
export function corruptLzma2({ name }: { readonly name: string }, offset: number, problem: string): FormatError {
  return new FormatError(
    'COMPRESSED_DATA_CORRUPT',
    `The LZMA2 chunk at offset ${offset} of ${name} is damaged: ${problem}`,
  )
}
