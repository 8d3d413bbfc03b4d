import { assembleModule } from './assembler.ts'
import { CRC64_STEP, CRC64_TABLES_BYTE_LENGTH, crc64Program } from './crc64-program.ts'

const PAGE_BYTE_LENGTH: number = 64 * 1024
const BUFFER_BYTE_LENGTH: number = 192 * 1024

/** Goes on with a CRC over more bytes. */
export type UpdateCrc64 = (bytes: Uint8Array, previous: bigint) => bigint

/**
 * A CRC-64 by WebAssembly, with eight tables made from the first; `undefined` where there is no WebAssembly. CRCs are
 * inverted, as they are on the way.
 */
export function createWasmCrc64(firstTable: readonly bigint[]): UpdateCrc64 | undefined {
  if (typeof WebAssembly === 'undefined') return undefined
  try {
    const memory = new WebAssembly.Memory({
      initial: Math.ceil((CRC64_TABLES_BYTE_LENGTH + BUFFER_BYTE_LENGTH) / PAGE_BYTE_LENGTH),
    })
    const module = new WebAssembly.Module(assembleModule([crc64Program]))
    const { exports } = new WebAssembly.Instance(module, { env: { memory } })
    writeTables(new DataView(memory.buffer), firstTable)
    const update = exports['crc64'] as (position: number, end: number, crc: bigint) => bigint
    return (bytes, previous) => updateThrough(new Uint8Array(memory.buffer), update, bytes, previous)
  } catch {
    return undefined // a page may forbid WebAssembly, and each memory takes gigabytes of addresses
  }
}

function writeTables(view: DataView, firstTable: readonly bigint[]): void {
  let table = firstTable
  for (let index = 0; index < CRC64_STEP; index++) {
    table.forEach((entry, byte) => {
      view.setBigUint64(8 * (256 * index + byte), entry, true)
    })
    table = table.map((entry) => (entry >> 8n) ^ (firstTable[Number(entry & 0xffn)] ?? 0n))
  }
}

function updateThrough(
  buffer: Uint8Array,
  update: (position: number, end: number, crc: bigint) => bigint,
  bytes: Uint8Array,
  previous: bigint,
): bigint {
  let crc = previous
  for (let start = 0; start < bytes.byteLength; start += BUFFER_BYTE_LENGTH) {
    const piece = bytes.subarray(start, start + BUFFER_BYTE_LENGTH)
    buffer.set(piece, CRC64_TABLES_BYTE_LENGTH)
    crc = update(CRC64_TABLES_BYTE_LENGTH, CRC64_TABLES_BYTE_LENGTH + piece.byteLength, crc)
  }
  return crc
}
