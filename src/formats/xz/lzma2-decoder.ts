import type { ByteReader } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import { createLzmaEngine } from './lzma-engine.ts'
import { corruptLzma2, type Lzma2Chunk, RESET_DICTIONARY, RESET_STATE, readLzma2Chunk } from './lzma2-chunk.ts'

/** Options of {@link decodeLzma2}. */
export interface DecodeLzma2Options {
  /** How far back matches may reach, in bytes, as the container says. */
  readonly dictionaryByteLength: number
  /** Most memory for the dictionary, in bytes. A larger dictionary is an error once that much data has come. */
  readonly maxDictionaryByteLength: number
  /** Stops the work; the iteration rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Decompresses a raw LZMA2 stream up to and including its end marker, chunk by chunk of at most 2 MiB. Each one
 * holds its bytes only until the next one is asked for.
 *
 * @throws {FormatError} `COMPRESSED_DATA_CORRUPT`, `LIMIT_EXCEEDED` for the dictionary, `UNEXPECTED_END`.
 */
export async function* decodeLzma2(
  reader: ByteReader,
  options: DecodeLzma2Options,
): AsyncGenerator<Uint8Array, void, undefined> {
  const decoder = new Lzma2Decoder(options, reader.name)
  while (true) {
    options.signal?.throwIfAborted()
    const chunk = await readLzma2Chunk(reader)
    if (!chunk) return
    const data = await reader.take(chunk.dataByteLength)
    const problem = decoder.add(chunk, data)
    if (problem) throw corruptLzma2(reader, chunk.offset, problem)
    yield decoder.lastOutput()
  }
}

/** Zeros before the dictionary: the first byte's predecessor counts as zero. Also keeps positions aligned to 16. */
const MARGIN = 16
const MAX_CHUNK_BYTE_LENGTH = 2 * 1024 * 1024
const FIRST_CAPACITY: number = 256 * 1024

/** A run of chunks, and the bytes that matches may copy from. */
class Lzma2Decoder {
  readonly #lzma = createLzmaEngine(FIRST_CAPACITY)
  readonly #name: string
  readonly #dictionaryByteLength: number
  readonly #isDictionaryTooLarge: boolean
  readonly #maxCapacity: number
  #position = MARGIN
  #outputStart = MARGIN
  #hasDictionary = false
  #hasProperties = false

  constructor({ dictionaryByteLength, maxDictionaryByteLength }: DecodeLzma2Options, name: string) {
    this.#name = name
    this.#dictionaryByteLength = dictionaryByteLength
    const heldByteLength = Math.min(dictionaryByteLength, maxDictionaryByteLength)
    this.#isDictionaryTooLarge = dictionaryByteLength > maxDictionaryByteLength
    // The dictionary is moved to the front when the end is reached. The room behind it makes that rare.
    const room = Math.max(MAX_CHUNK_BYTE_LENGTH, Math.ceil(heldByteLength / 4))
    this.#maxCapacity = heldByteLength + room + 2 * MARGIN
  }

  /** Decodes a chunk, and says what is wrong with it. */
  add(chunk: Lzma2Chunk, data: Uint8Array): string | undefined {
    if (chunk.reset === RESET_DICTIONARY) this.#resetDictionary()
    if (!this.#hasDictionary) return 'the dictionary is missing'
    this.#makeRoom(chunk.uncompressedByteLength)
    this.#outputStart = this.#position
    this.#position += chunk.uncompressedByteLength
    if (!chunk.isStored) return this.#resetLzma(chunk) && this.#decode(data) ? undefined : 'its contents do not decode'
    this.#lzma.output.set(data, this.#outputStart)
    return undefined
  }

  /** What the last chunk gave, until the next one is added. */
  lastOutput(): Uint8Array {
    return this.#lzma.output.subarray(this.#outputStart, this.#position)
  }

  /** Gives `false` when something is missing that an earlier chunk had to set. */
  #resetLzma({ reset, properties }: Lzma2Chunk): boolean {
    if (properties !== undefined) this.#hasProperties = this.#lzma.setProperties(properties)
    else if (reset === RESET_STATE) this.#lzma.reset()
    return this.#hasProperties
  }

  #decode(input: Uint8Array): boolean {
    return this.#lzma.decode({
      input,
      position: this.#outputStart,
      end: this.#position,
      start: MARGIN,
      dictionaryByteLength: this.#dictionaryByteLength,
    })
  }

  #resetDictionary(): void {
    this.#hasDictionary = true
    this.#hasProperties = false
    this.#position = MARGIN
  }

  #makeRoom(byteLength: number): void {
    const needed = this.#position + byteLength
    const capacity = this.#lzma.output.byteLength
    if (needed <= capacity) return
    if (needed <= this.#maxCapacity) {
      this.#grow(Math.min(this.#maxCapacity, Math.max(needed, 2 * capacity)))
      return
    }
    if (this.#isDictionaryTooLarge) {
      throw new FormatError(
        'LIMIT_EXCEEDED',
        `The compressed data in ${this.#name} needs a dictionary of ${this.#dictionaryByteLength} bytes, which is more than allowed`,
      )
    }
    const kept = Math.min(this.#position - MARGIN, this.#dictionaryByteLength)
    const surplus = this.#position - MARGIN - kept
    const shift = surplus - (surplus % MARGIN)
    this.#lzma.output.copyWithin(MARGIN, MARGIN + shift, this.#position)
    this.#position -= shift
    if (this.#position + byteLength > capacity) this.#grow(this.#maxCapacity)
  }

  #grow(byteLength: number): void {
    try {
      this.#lzma.grow(byteLength)
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause
      const message = `The system has no ${byteLength} bytes of memory to decompress ${this.#name} with`
      throw new FormatError('LIMIT_EXCEEDED', message, { cause })
    }
  }
}
