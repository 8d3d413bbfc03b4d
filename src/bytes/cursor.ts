import { FormatError } from '../errors.ts'

/**
 * Reads fields one behind the other from a run of bytes, with a bounds check in each step.
 *
 * `baseOffset` is where the bytes start in their file, so that messages name the place a person can look at.
 */
export class Cursor {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #baseOffset: number
  readonly #name: string
  #position = 0

  constructor(bytes: Uint8Array, baseOffset = 0, name = 'data') {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#baseOffset = baseOffset
    this.#name = name
  }

  /** Where the next field starts, counted in the file. */
  get offset(): number {
    return this.#baseOffset + this.#position
  }

  /** Bytes that have not been read. */
  get remainingByteLength(): number {
    return this.#bytes.byteLength - this.#position
  }

  /** Moves over `byteLength` bytes. */
  skip(byteLength: number): void {
    this.#advance(byteLength)
  }

  /** The next `byteLength` bytes, as a view. */
  take(byteLength: number): Uint8Array {
    const start = this.#advance(byteLength)
    return this.#bytes.subarray(start, start + byteLength)
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1))
  }

  u16le(): number {
    return this.#view.getUint16(this.#advance(2), true)
  }

  u16be(): number {
    return this.#view.getUint16(this.#advance(2), false)
  }

  u32le(): number {
    return this.#view.getUint32(this.#advance(4), true)
  }

  u32be(): number {
    return this.#view.getUint32(this.#advance(4), false)
  }

  /** A 64-bit number. @throws {FormatError} `NUMBER_TOO_LARGE` above 2^53 - 1. */
  u64le(): number {
    return this.#safe(this.#view.getBigUint64(this.#advance(8), true))
  }

  /** A 64-bit number. @throws {FormatError} `NUMBER_TOO_LARGE` above 2^53 - 1. */
  u64be(): number {
    return this.#safe(this.#view.getBigUint64(this.#advance(8), false))
  }

  #safe(value: bigint): number {
    if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value)
    throw new FormatError(
      'NUMBER_TOO_LARGE',
      `The number ${value} at offset ${this.offset - 8} of ${this.#name} is larger than isokit can count`,
    )
  }

  #advance(byteLength: number): number {
    const start = this.#position
    if (!(byteLength >= 0 && byteLength <= this.remainingByteLength)) {
      throw new FormatError(
        'UNEXPECTED_END',
        `${this.#name} ends at offset ${this.#baseOffset + this.#bytes.byteLength}, inside a ${byteLength}-byte field at offset ${this.offset}`,
        { hint: 'Check that the file is complete' },
      )
    }
    this.#position = start + byteLength
    return start
  }
}
