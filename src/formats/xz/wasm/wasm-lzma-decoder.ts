import type { LzmaEngine, LzmaRun } from '../lzma-engine.ts'
import { INITIAL_PROBABILITY, MODEL_SIZE } from '../lzma-model.ts'
import { decodeLzmaProperties } from '../lzma-properties.ts'
import { assembleModule } from './assembler.ts'
import { lzmaProgram } from './lzma-program.ts'
import {
  DISTANCE_OFFSETS,
  INPUT_OFFSET,
  LITERAL_CONTEXT_BITS_OFFSET,
  LITERAL_POSITION_MASK_OFFSET,
  OUTPUT_OFFSET,
  POSITION_MASK_OFFSET,
  PROBABILITIES_OFFSET,
  STATE_OFFSET,
} from './memory-layout.ts'

const PAGE_BYTE_LENGTH: number = 64 * 1024
/** A run starts with a zero and the first 32 bits of its code. */
const MIN_RUN_BYTE_LENGTH = 5

/** The assembled module, the same for every decoder; made when the first one is. */
let madeModule: WebAssembly.Module | undefined

/** A decoder in a memory of its own; `undefined` where there is no WebAssembly, or no room for its memory. */
export function createWasmLzmaDecoder(outputByteLength: number): LzmaEngine | undefined {
  if (typeof WebAssembly === 'undefined') return undefined
  try {
    const memory = new WebAssembly.Memory({ initial: pageCount(outputByteLength) })
    madeModule ??= new WebAssembly.Module(assembleModule([lzmaProgram]))
    return new WasmLzmaDecoder(memory, new WebAssembly.Instance(madeModule, { env: { memory } }))
  } catch {
    return undefined // a page may forbid WebAssembly, and each memory takes gigabytes of addresses
  }
}

function pageCount(outputByteLength: number): number {
  return Math.ceil((OUTPUT_OFFSET + outputByteLength) / PAGE_BYTE_LENGTH)
}

type Decode = (inputEnd: number, position: number, end: number, start: number, dictionaryByteLength: number) => number

class WasmLzmaDecoder implements LzmaEngine {
  readonly #memory: WebAssembly.Memory
  readonly #decode: Decode
  #bytes: Uint8Array
  #fields: DataView

  constructor(memory: WebAssembly.Memory, instance: WebAssembly.Instance) {
    this.#memory = memory
    this.#decode = instance.exports['decode'] as Decode
    this.#bytes = new Uint8Array(memory.buffer)
    this.#fields = new DataView(memory.buffer)
  }

  get output(): Uint8Array {
    return this.#bytes.subarray(OUTPUT_OFFSET)
  }

  grow(byteLength: number): void {
    const missing = pageCount(byteLength) - this.#memory.buffer.byteLength / PAGE_BYTE_LENGTH
    if (missing <= 0) return
    this.#memory.grow(missing)
    this.#bytes = new Uint8Array(this.#memory.buffer)
    this.#fields = new DataView(this.#memory.buffer)
  }

  setProperties(byte: number): boolean {
    const properties = decodeLzmaProperties(byte)
    if (!properties) return false
    this.#set(LITERAL_CONTEXT_BITS_OFFSET, properties.literalContextBits)
    this.#set(LITERAL_POSITION_MASK_OFFSET, properties.literalPositionMask)
    this.#set(POSITION_MASK_OFFSET, properties.positionMask)
    this.reset()
    return true
  }

  reset(): void {
    // Memory of WebAssembly is little-endian everywhere.
    for (let index = 0; index < MODEL_SIZE; index++) {
      this.#fields.setUint16(PROBABILITIES_OFFSET + 2 * index, INITIAL_PROBABILITY, true)
    }
    for (const offset of [STATE_OFFSET, ...DISTANCE_OFFSETS]) this.#set(offset, 0)
  }

  decode({ input, position, end, start, dictionaryByteLength }: LzmaRun): boolean {
    if (input.byteLength < MIN_RUN_BYTE_LENGTH || input[0] !== 0) return false
    this.#bytes.set(input, INPUT_OFFSET)
    const at = (offset: number): number => OUTPUT_OFFSET + offset
    return this.#decode(INPUT_OFFSET + input.byteLength, at(position), at(end), at(start), dictionaryByteLength) === 1
  }

  #set(offset: number, value: number): void {
    this.#fields.setInt32(offset, value, true)
  }
}
