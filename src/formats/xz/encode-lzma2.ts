import { joinBytes } from '../../bytes/index.ts'
import { encodeParameters, LzmaEncoder, type LzmaParameters } from './lzma-encoder.ts'
import { MAX_MATCH_LENGTH } from './lzma-model.ts'
import { MAX_PLAN_BYTE_LENGTH } from './lzma-plan.ts'
import { LzmaPlanner } from './lzma-planner.ts'
import type { EncodedLzma2, Lzma2EncoderOptions } from './lzma2-encoder.ts'
import { MatchFinder, type MatchSearch } from './match-finder.ts'
import { storedLzma2, storedLzma2Chunks } from './stored-lzma2.ts'

/** How far back matches reach at most: what `xz -6` uses, and no strain on the kernel that unpacks it. */
const MAX_DICTIONARY_BYTE_LENGTH: number = 8 * 1024 * 1024
const MIN_DICTIONARY_BYTE_LENGTH = 4096

/** More makes the samples no smaller. */
const THOROUGH_SEARCH: MatchSearch = { maxDepth: 64, niceLength: MAX_MATCH_LENGTH }

/** For large contents. Searching thoroughly would make them less than 1 % smaller. */
const QUICK_SEARCH: MatchSearch = { maxDepth: 24, niceLength: 64 }

/** Limits of a chunk, less what one more plan could add. */
const MAX_CHUNK_BYTE_LENGTH: number = 0x10000 - 2 * MAX_PLAN_BYTE_LENGTH
const MAX_CHUNK_CONTENT_BYTE_LENGTH: number = 0x200000 - MAX_PLAN_BYTE_LENGTH - MAX_MATCH_LENGTH

/** After this many bytes a trial may be given up. */
const SLICE_BYTE_LENGTH: number = 32 * 1024

/** Other work gets a turn after this many bytes of output, or slices. Time goes with the output, and turns take some. */
const TURN_BYTE_LENGTH: number = 8 * 1024
const SLICES_PER_TURN = 16

/** A trial that is this much larger than the first one was at the same place won't become the smallest. */
const HOPELESS_RATIO = 1.002

/** For text, which configs and keyfiles are. */
const TEXT_PARAMETERS: LzmaParameters = { literalContextBits: 3, literalPositionBits: 0, positionBits: 0 }

/** For everything, as xz has them. */
const GENERAL_PARAMETERS: LzmaParameters = { literalContextBits: 3, literalPositionBits: 0, positionBits: 2 }

/** For text in tables, such as base64. */
const TABLE_PARAMETERS: LzmaParameters = { literalContextBits: 4, literalPositionBits: 0, positionBits: 0 }

/** Smaller contents are text, and the others would save a few bytes of an area that is nearly empty. */
const MIN_TRIED_BYTE_LENGTH: number = 16 * 1024

/** Larger contents are mostly programs. */
const MAX_TRIED_BYTE_LENGTH: number = 512 * 1024

const CONTROL_LZMA = 0x80
const CONTROL_RESET_STATE = 0xa0
const CONTROL_RESET_PROPERTIES = 0xc0
const CONTROL_RESET_DICTIONARY = 0xe0

/**
 * Compresses bytes to a raw LZMA2 stream, about as small as `xz -9e` makes them. It is never larger than the bytes stored
 * as they are. The same bytes give the same stream on every machine.
 */
export async function encodeLzma2(bytes: Uint8Array, options: Lzma2EncoderOptions = {}): Promise<EncodedLzma2> {
  let best = await storedLzma2(bytes, options)
  const progress: number[] = []
  for (const parameters of parametersFor(bytes.byteLength)) {
    const encoded = await compress(bytes, parameters, progress, options.signal)
    if (encoded === undefined) continue
    const isNoise = best.data.byteLength > bytes.byteLength && encoded.data.byteLength >= best.data.byteLength
    if (isNoise) break // for all of them
    if (encoded.data.byteLength < best.data.byteLength) best = encoded
  }
  return best
}

/** The parameters to try, the likeliest first; the smallest result is taken. */
function parametersFor(byteLength: number): readonly LzmaParameters[] {
  if (byteLength < MIN_TRIED_BYTE_LENGTH) return [TEXT_PARAMETERS]
  if (byteLength > MAX_TRIED_BYTE_LENGTH) return [GENERAL_PARAMETERS]
  return [GENERAL_PARAMETERS, TEXT_PARAMETERS, TABLE_PARAMETERS]
}

/**
 * Compresses with these parameters, or gives `undefined` when that gets larger than the first trial was at the same place.
 *
 * @param progress - The bytes written at the end of each slice by the first trial, which fills it in.
 */
async function compress(
  bytes: Uint8Array,
  parameters: LzmaParameters,
  progress: number[],
  signal: AbortSignal | undefined,
): Promise<EncodedLzma2 | undefined> {
  const dictionaryByteLength = Math.min(
    MAX_DICTIONARY_BYTE_LENGTH,
    Math.max(MIN_DICTIONARY_BYTE_LENGTH, bytes.byteLength),
  )
  const encoder = new LzmaEncoder(bytes, parameters)
  const search = bytes.byteLength > MAX_TRIED_BYTE_LENGTH ? QUICK_SEARCH : THOROUGH_SEARCH
  const finder = new MatchFinder(bytes, dictionaryByteLength, search)
  const planner = new LzmaPlanner(bytes, encoder, finder, search.niceLength)
  const chunks: Uint8Array[] = []
  let control = CONTROL_RESET_DICTIONARY
  let position = 0
  let chunksByteLength = 0
  let slice = 0
  let lastTurn = 0
  while (position < bytes.byteLength) {
    const start = position
    while (hasRoom(encoder, position - start) && position < bytes.byteLength) {
      position = planner.encode(position)
      if (position < (slice + 1) * SLICE_BYTE_LENGTH) continue
      const written = chunksByteLength + encoder.range.byteLength
      progress[slice] ??= written
      if (written > (progress[slice] as number) * HOPELESS_RATIO) return undefined
      slice++
      if (written - lastTurn < TURN_BYTE_LENGTH && slice % SLICES_PER_TURN !== 0) continue
      lastTurn = written
      await giveWay(signal)
    }
    const packed = encoder.range.finish()
    chunksByteLength += packed.byteLength
    const stored = storedLzma2Chunks(bytes.subarray(start, position), start === 0)
    const header = chunkHeader(control, position - start, packed.byteLength, encodeParameters(parameters))
    if (header.length + packed.byteLength < stored.byteLength) {
      chunks.push(Uint8Array.from(header), packed.slice())
      control = CONTROL_LZMA
    } else {
      // The decoder won't see the symbols that taught the model, so both start over.
      chunks.push(stored)
      encoder.reset()
      control = control >= CONTROL_RESET_PROPERTIES ? CONTROL_RESET_PROPERTIES : CONTROL_RESET_STATE
    }
  }
  return { data: joinBytes([...chunks, Uint8Array.of(0)]), dictionaryByteLength }
}

function hasRoom(encoder: LzmaEncoder, contentByteLength: number): boolean {
  return encoder.range.byteLength <= MAX_CHUNK_BYTE_LENGTH && contentByteLength <= MAX_CHUNK_CONTENT_BYTE_LENGTH
}

function chunkHeader(control: number, byteLength: number, packedByteLength: number, properties: number): number[] {
  const size = byteLength - 1
  const packedSize = packedByteLength - 1
  const header = [control | (size >>> 16), (size >>> 8) & 0xff, size & 0xff, packedSize >>> 8, packedSize & 0xff]
  return control >= CONTROL_RESET_PROPERTIES ? [...header, properties] : header
}

async function giveWay(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve))
  signal?.throwIfAborted()
}
