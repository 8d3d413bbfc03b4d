/**
 * Writes fields one behind the other into a run of bytes of a fixed length, which starts out as zeros. The counterpart
 * of `Cursor`.
 *
 * A field that does not fit, or an offset outside, is a mistake of the calling code and throws a `RangeError`.
 */
export class FieldWriter {
  /** The bytes written so far, and zeros where nothing has been written. */
  readonly bytes: Uint8Array
  readonly #view: DataView
  #position = 0

  constructor(byteLength: number) {
    this.bytes = new Uint8Array(byteLength)
    this.#view = new DataView(this.bytes.buffer)
  }

  /** Where the next field starts. */
  get offset(): number {
    return this.#position
  }

  /** Goes to `offset`; fields there are written over. */
  seek(offset: number): this {
    if (offset < 0 || offset > this.bytes.byteLength) throw new RangeError(`Offset ${offset} is outside the fields`)
    this.#position = offset
    return this
  }

  /** Moves over `byteLength` bytes. */
  skip(byteLength: number): this {
    return this.seek(this.#position + byteLength)
  }

  u8(value: number): this {
    this.#view.setUint8(this.#advance(1), unsigned(value, 8))
    return this
  }

  u16le(value: number): this {
    this.#view.setUint16(this.#advance(2), unsigned(value, 16), true)
    return this
  }

  u16be(value: number): this {
    this.#view.setUint16(this.#advance(2), unsigned(value, 16), false)
    return this
  }

  u32le(value: number): this {
    this.#view.setUint32(this.#advance(4), unsigned(value, 32), true)
    return this
  }

  u32be(value: number): this {
    this.#view.setUint32(this.#advance(4), unsigned(value, 32), false)
    return this
  }

  /** A 64-bit number, given as a safe integer. */
  u64le(value: number): this {
    this.#view.setBigUint64(this.#advance(8), BigInt(unsigned(value, 53)), true)
    return this
  }

  /** A 64-bit number, given as a safe integer. */
  u64be(value: number): this {
    this.#view.setBigUint64(this.#advance(8), BigInt(unsigned(value, 53)), false)
    return this
  }

  /** The bytes as they are. */
  put(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.#advance(bytes.byteLength))
    return this
  }

  #advance(byteLength: number): number {
    const start = this.#position
    this.seek(start + byteLength)
    return start
  }
}

function unsigned(value: number, bits: number): number {
  if (Number.isSafeInteger(value) && value >= 0 && value < 2 ** bits) return value
  throw new RangeError(`The number ${value} does not fit a field of ${bits} bits`)
}
