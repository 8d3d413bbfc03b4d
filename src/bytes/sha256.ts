const BLOCK_BYTE_LENGTH = 64
const LENGTH_BYTE_LENGTH = 8

/** A hash over bytes that come in pieces. Those of `node:crypto` are such, too. */
export interface Hasher {
  /** Takes the next bytes. */
  update(bytes: Uint8Array): unknown
  /** The hash of all bytes so far. Nothing can be added afterwards. */
  digest(): Uint8Array
}

/** The constants of the rounds, made for the first hash, which few commands compute. */
let madeConstants: Int32Array | undefined

/** The first 32 bits of the fractional part of a root of each of the first primes (FIPS 180-4, 4.2.2 and 5.3.3). */
function fractions(count: number, root: (prime: number) => number): Int32Array {
  const values = new Int32Array(count)
  let found = 0
  for (let candidate = 2; found < count; candidate++) {
    if (isPrime(candidate)) values[found++] = (root(candidate) % 1) * 2 ** 32
  }
  return values
}

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false
  return true
}

/**
 * SHA-256 over bytes that come in pieces (FIPS 180-4). Web Crypto has it only for bytes that are all at hand, which the
 * contents of a large file never are.
 */
export class Sha256 implements Hasher {
  readonly #state = fractions(8, Math.sqrt)
  readonly #schedule = new Int32Array(64)
  readonly #block = new Uint8Array(BLOCK_BYTE_LENGTH)
  readonly #blockView = new DataView(this.#block.buffer)
  #filled = 0
  #byteLength = 0

  update(bytes: Uint8Array): void {
    this.#byteLength += bytes.byteLength
    let position = 0
    if (this.#filled > 0) {
      position = Math.min(BLOCK_BYTE_LENGTH - this.#filled, bytes.byteLength)
      this.#keep(bytes.subarray(0, position))
      if (this.#filled < BLOCK_BYTE_LENGTH) return
      this.#compress(this.#blockView, 0)
      this.#filled = 0
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    while (bytes.byteLength - position >= BLOCK_BYTE_LENGTH) {
      this.#compress(view, position)
      position += BLOCK_BYTE_LENGTH
    }
    this.#keep(bytes.subarray(position))
  }

  digest(): Uint8Array {
    const bitLength = BigInt(this.#byteLength) * 8n
    this.update(Uint8Array.of(0x80))
    const zeroCount = (2 * BLOCK_BYTE_LENGTH - LENGTH_BYTE_LENGTH - this.#filled) % BLOCK_BYTE_LENGTH
    this.update(new Uint8Array(zeroCount))
    const length = new DataView(new ArrayBuffer(LENGTH_BYTE_LENGTH))
    length.setBigUint64(0, bitLength)
    this.update(new Uint8Array(length.buffer))

    const result = new DataView(new ArrayBuffer(32))
    this.#state.forEach((word, index) => {
      result.setInt32(index * 4, word)
    })
    return new Uint8Array(result.buffer)
  }

  /** Sets bytes aside that don't make a block yet. */
  #keep(bytes: Uint8Array): void {
    this.#block.set(bytes, this.#filled)
    this.#filled += bytes.byteLength
  }

  #compress(view: DataView, offset: number): void {
    madeConstants ??= fractions(64, Math.cbrt)
    const constants = madeConstants
    const state = this.#state
    const w = this.#schedule
    for (let index = 0; index < 16; index++) w[index] = view.getInt32(offset + index * 4)
    for (let index = 16; index < 64; index++) {
      const w15 = w[index - 15] as number
      const w2 = w[index - 2] as number
      const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3)
      const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10)
      w[index] = (w[index - 16] as number) + s0 + (w[index - 7] as number) + s1
    }

    // One by one: taking an array apart costs as much as the rounds.
    let a = state[0] as number
    let b = state[1] as number
    let c = state[2] as number
    let d = state[3] as number
    let e = state[4] as number
    let f = state[5] as number
    let g = state[6] as number
    let h = state[7] as number
    for (let index = 0; index < 64; index++) {
      const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (constants[index] as number) + (w[index] as number)) | 0
      const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
      h = g
      g = f
      f = e
      e = (d + t1) | 0
      d = c
      c = b
      b = a
      a = (t1 + t2) | 0
    }
    state[0] = (state[0] as number) + a
    state[1] = (state[1] as number) + b
    state[2] = (state[2] as number) + c
    state[3] = (state[3] as number) + d
    state[4] = (state[4] as number) + e
    state[5] = (state[5] as number) + f
    state[6] = (state[6] as number) + g
    state[7] = (state[7] as number) + h
  }
}

function rotate(word: number, bitCount: number): number {
  return (word >>> bitCount) | (word << (32 - bitCount))
}
