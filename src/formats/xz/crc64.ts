import { createWasmCrc64, type UpdateCrc64 } from './wasm/wasm-crc64.ts'

/** Reflected polynomial (ECMA-182). */
const POLYNOMIAL = 0xc96c5795d7870f42n
const ALL_ONES = 0xffffffffffffffffn

/** What moves a CRC over bytes, made when one is first asked for, which most commands never do. */
let madeUpdate: UpdateCrc64 | undefined

function makeTable(): readonly bigint[] {
  return Array.from({ length: 256 }, (_, byte) => {
    let value = BigInt(byte)
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ POLYNOMIAL : value >> 1n
    return value
  })
}

/** JavaScript's numbers being too short, and its long ones slow, this works in two halves. */
function createScriptCrc64(table: readonly bigint[]): UpdateCrc64 {
  const lows = Uint32Array.from(table, (entry) => Number(entry & 0xffffffffn))
  const highs = Uint32Array.from(table, (entry) => Number(entry >> 32n))
  return (bytes, previous) => {
    let low = Number(previous & 0xffffffffn)
    let high = Number(previous >> 32n)
    for (let index = 0; index < bytes.length; index++) {
      const entry = (low ^ (bytes[index] as number)) & 0xff
      low = ((low >>> 8) | (high << 24)) ^ (lows[entry] as number)
      high = (high >>> 8) ^ (highs[entry] as number)
    }
    return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
  }
}

function makeUpdate(): UpdateCrc64 {
  const table = makeTable()
  return createWasmCrc64(table) ?? createScriptCrc64(table)
}

/** A CRC-64 as xz has it, over bytes that come in pieces. */
export class Crc64 {
  #inverted = ALL_ONES

  /** Takes the next bytes. */
  update(bytes: Uint8Array): void {
    madeUpdate ??= makeUpdate()
    this.#inverted = BigInt.asUintN(64, madeUpdate(bytes, this.#inverted))
  }

  /** The CRC of all bytes so far, in 8 bytes, little-endian. */
  digest(): Uint8Array {
    const view = new DataView(new ArrayBuffer(8))
    view.setBigUint64(0, this.#inverted ^ ALL_ONES, true)
    return new Uint8Array(view.buffer)
  }
}
