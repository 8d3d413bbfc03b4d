/** Low and high halves of the table's 64-bit entries. */
type Table = readonly [Uint32Array, Uint32Array]

/** The table, made when a CRC is first asked for, which most commands never do. */
let madeTable: Table | undefined

/** Reflected polynomial 0xC96C5795D7870F42 (ECMA-182). */
function makeTable(): Table {
  const low = new Uint32Array(256)
  const high = new Uint32Array(256)
  for (let index = 0; index < 256; index++) {
    let [l, h] = [index, 0]
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = l & 1
      l = (l >>> 1) | (h << 31)
      h >>>= 1
      if (isOdd) {
        l ^= 0xd7870f42
        h ^= 0xc96c5795
      }
    }
    low[index] = l
    high[index] = h
  }
  return [low, high]
}

/** A CRC-64 as xz has it, over bytes that come in pieces. JavaScript's numbers being too short, it works in two halves. */
export class Crc64 {
  #low = ~0
  #high = ~0

  /** Takes the next bytes. */
  update(bytes: Uint8Array): void {
    madeTable ??= makeTable()
    const [lows, highs] = madeTable
    let low = this.#low
    let high = this.#high
    for (let index = 0; index < bytes.length; index++) {
      const entry = (low ^ (bytes[index] as number)) & 0xff
      low = ((low >>> 8) | (high << 24)) ^ (lows[entry] as number)
      high = (high >>> 8) ^ (highs[entry] as number)
    }
    this.#low = low
    this.#high = high
  }

  /** The CRC of all bytes so far, in 8 bytes, little-endian. */
  digest(): Uint8Array {
    const view = new DataView(new ArrayBuffer(8))
    view.setUint32(0, ~this.#low >>> 0, true)
    view.setUint32(4, ~this.#high >>> 0, true)
    return new Uint8Array(view.buffer)
  }
}
