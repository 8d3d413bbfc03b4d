import type { ByteReader } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import { createLzmaEngine } from './lzma-engine.ts'

/** Options of {@link decodeLzma2}. */
export interface DecodeLzma2Options {
  /** How far back matches may reach, in bytes, as the container says. */
  readonly dictionaryByteLength: number
  /** Most memory for the dictionary, in bytes. A larger dictionary is an error once that much data has come. */
  readonly maxDictionaryByteLength: number
  /** Stops the work; the iteration rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

const CONTROL_END = 0x00
const CONTROL_STORED_AFTER_RESET = 0x01
const CONTROL_STORED = 0x02
const CONTROL_LZMA = 0x80

/** What an LZMA chunk resets, in bits 5 and 6 of its control byte; each one includes those before. */
const RESET_STATE = 1
const RESET_PROPERTIES = 2
const RESET_DICTIONARY = 3

/**
 * Decompresses a raw LZMA2 stream up to and including its end marker, chunk by chunk of at most 2 MiB.
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
    const { offset } = reader
    const corrupt = (problem: string): FormatError =>
      new FormatError(
        'COMPRESSED_DATA_CORRUPT',
        `The LZMA2 chunk at offset ${offset} of ${reader.name} is damaged: ${problem}`,
      )
    const [control = 0] = await reader.take(1)
    if (control === CONTROL_END) return

    if (control >= CONTROL_LZMA) {
      const [high = 0, low = 0, packedHigh = 0, packedLow = 0] = await reader.take(4)
      const byteLength = ((control & 0x1f) << 16) + (high << 8) + low + 1
      const reset = (control >>> 5) & 3
      const properties = reset >= RESET_PROPERTIES ? (await reader.take(1))[0] : undefined
      const input = await reader.take((packedHigh << 8) + packedLow + 1)
      const isDecoded = decoder.reset(reset, properties) && decoder.decode(input, byteLength)
      if (!isDecoded) throw corrupt('its contents do not decode')
    } else {
      if (control > CONTROL_STORED) throw corrupt(`the control byte ${control} is not defined`)
      const [high = 0, low = 0] = await reader.take(2)
      const bytes = await reader.take((high << 8) + low + 1)
      if (!decoder.store(bytes, control === CONTROL_STORED_AFTER_RESET)) throw corrupt('the dictionary is missing')
    }
    yield decoder.takeOutput()
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
    this.#dictionaryByteLength = Math.min(dictionaryByteLength, maxDictionaryByteLength)
    this.#isDictionaryTooLarge = dictionaryByteLength > maxDictionaryByteLength
    // The dictionary is moved to the front when the end is reached. The room behind it makes that rare.
    const room = Math.max(MAX_CHUNK_BYTE_LENGTH, Math.ceil(this.#dictionaryByteLength / 4))
    this.#maxCapacity = this.#dictionaryByteLength + room + 2 * MARGIN
  }

  /** Resets what a chunk asks for. Gives `false` when something is missing that an earlier chunk had to set. */
  reset(reset: number, properties: number | undefined): boolean {
    if (reset === RESET_DICTIONARY) this.#resetDictionary()
    if (properties !== undefined) this.#hasProperties = this.#lzma.setProperties(properties)
    else if (reset === RESET_STATE) this.#lzma.reset()
    return this.#hasDictionary && this.#hasProperties
  }

  /** Decodes an LZMA chunk; see {@link LzmaDecoder.decode}. */
  decode(input: Uint8Array, byteLength: number): boolean {
    this.#makeRoom(byteLength)
    const position = this.#position
    this.#position += byteLength
    return this.#lzma.decode({
      input,
      position,
      end: this.#position,
      start: MARGIN,
      dictionaryByteLength: this.#dictionaryByteLength,
    })
  }

  /** Takes a chunk that is not compressed. Gives `false` when there is no dictionary yet. */
  store(bytes: Uint8Array, isDictionaryReset: boolean): boolean {
    if (isDictionaryReset) this.#resetDictionary()
    this.#makeRoom(bytes.byteLength)
    this.#lzma.output.set(bytes, this.#position)
    this.#position += bytes.byteLength
    return this.#hasDictionary
  }

  /** A copy of what the last chunk gave; the dictionary goes on changing. */
  takeOutput(): Uint8Array {
    const output = this.#lzma.output.slice(this.#outputStart, this.#position)
    this.#outputStart = this.#position
    return output
  }

  #resetDictionary(): void {
    this.#hasDictionary = true
    this.#hasProperties = false
    this.#position = MARGIN
    this.#outputStart = MARGIN
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
        `The compressed data in ${this.#name} needs a dictionary of more than ${this.#dictionaryByteLength} bytes`,
      )
    }
    const kept = Math.min(this.#position - MARGIN, this.#dictionaryByteLength)
    const surplus = this.#position - MARGIN - kept
    const shift = surplus - (surplus % MARGIN)
    this.#lzma.output.copyWithin(MARGIN, MARGIN + shift, this.#position)
    this.#position -= shift
    this.#outputStart -= shift
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
