const BLOCK_BYTE_LENGTH = 64
const LENGTH_BYTE_LENGTH = 8

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
 * contents of a large xz block never are.
 */
export class Sha256 {
  readonly #state = fractions(8, Math.sqrt)
  readonly #schedule = new Int32Array(64)
  readonly #block = new Uint8Array(BLOCK_BYTE_LENGTH)
  #filled = 0
  #byteLength = 0

  /** Takes the next bytes. */
  update(bytes: Uint8Array): void {
    this.#byteLength += bytes.byteLength
    let position = 0
    while (position < bytes.byteLength) {
      const count = Math.min(BLOCK_BYTE_LENGTH - this.#filled, bytes.byteLength - position)
      this.#block.set(bytes.subarray(position, position + count), this.#filled)
      this.#filled += count
      position += count
      if (this.#filled === BLOCK_BYTE_LENGTH) this.#compress()
    }
  }

  /** The hash of all bytes so far, in 32 bytes. Nothing can be added afterwards. */
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

  #compress(): void {
    madeConstants ??= fractions(64, Math.cbrt)
    const constants = madeConstants
    const w = this.#schedule
    const view = new DataView(this.#block.buffer)
    for (let index = 0; index < 16; index++) w[index] = view.getInt32(index * 4)
    for (let index = 16; index < 64; index++) {
      const w15 = w[index - 15] as number
      const w2 = w[index - 2] as number
      const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3)
      const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10)
      w[index] = (w[index - 16] as number) + s0 + (w[index - 7] as number) + s1
    }

    let [a, b, c, d, e, f, g, h] = this.#state as unknown as Eight
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
    ;[a, b, c, d, e, f, g, h].forEach((word, index) => {
      this.#state[index] = (this.#state[index] as number) + word
    })
    this.#filled = 0
  }
}

type Eight = [number, number, number, number, number, number, number, number]

function rotate(word: number, bitCount: number): number {
  return (word >>> bitCount) | (word << (32 - bitCount))
}
