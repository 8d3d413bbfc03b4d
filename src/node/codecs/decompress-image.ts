import { availableParallelism } from 'node:os'
import { ByteReader } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import { type CompressionFormat, sniffCompression } from '../../formats/initrd/index.ts'
import { decodeXz, splitXz, type XzBlock } from '../../formats/xz/index.ts'
import { decodeGzip } from './decode-gzip.ts'
import { decodeZstd } from './decode-zstd.ts'
import { gatherInput } from './gather-input.ts'
import { defaultMemoryBudget } from './memory-budget.ts'
import { tooLittleMemory } from './too-little-memory.ts'
import { decodeInWorkers, leastMemory, startFirstWorker } from './xz-workers/decode-in-workers.ts'

/** Less xz data than this, compressed, is decoded sooner than a thread starts. */
const SMALL_BYTE_LENGTH: number = 128 * 1024

/** Options of {@link decompressImage}. */
export interface DecompressImageOptions {
  /** How messages call the data; `the image` unless given. */
  readonly name?: string | undefined
  /** Most memory that decompressing may take, in bytes; a quarter of the machine's unless given. */
  readonly memoryBudget?: number | undefined
  /** Most threads to decompress the blocks of xz images in; one for each processor unless given, 0 for no thread. */
  readonly workers?: number | undefined
  /** Told how many threads there are, whenever one is added. */
  readonly onWorkers?: ((count: number) => void) | undefined
  /** Stops the work; the iteration rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Decompresses an image as it comes in: gzip, xz or zstd by its first bytes, and anything else passes through as it is.
 * Members, streams or frames of the same format in a row are one image; xz may have padding between them, and gzip zeros at
 * the end, as on tapes.
 *
 * Chunks of the input may be used again once the next one is asked for. The input is closed however the iteration ends, and
 * nothing that was started for it is left running.
 *
 * @throws {FormatError} `COMPRESSED_DATA_CORRUPT` for damage, and for anything else behind the data; `UNEXPECTED_END`,
 *   `LIMIT_EXCEEDED` when the budget is too small for the data, `XZ_UNSUPPORTED`.
 */
export async function* decompressImage(
  input: AsyncIterable<Uint8Array>,
  options: DecompressImageOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { name = 'the image' } = options
  const leaving = new AbortController()
  const signal = AbortSignal.any([leaving.signal, ...(options.signal ? [options.signal] : [])])
  const reader = new ByteReader(gatherInput(input, signal), name)
  try {
    const format = await sniffCompression(reader)
    if (format) yield* decodeAll(format, reader, { ...options, signal })
    else yield* passThrough(reader, signal)
  } finally {
    leaving.abort() // a consumer that leaves does not wait for input
    await reader.close()
  }
}

type DecodeOptions = DecompressImageOptions & { readonly signal: AbortSignal }

async function* decodeAll(
  format: CompressionFormat,
  reader: ByteReader,
  options: DecodeOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { signal, memoryBudget = defaultMemoryBudget() } = options
  if (format === 'gzip') yield* readAll(format, reader, () => decodeGzip(reader, { signal }))
  else if (format === 'zstd') {
    yield* readAll(format, reader, () => decodeZstd(reader, { signal, maxWindowByteLength: memoryBudget }))
  } else yield* decodeAllXz(reader, { ...options, memoryBudget })
}

async function* decodeAllXz(
  reader: ByteReader,
  options: DecodeOptions & { readonly memoryBudget: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  const { signal, memoryBudget, workers = availableParallelism(), onWorkers } = options
  const onBlock = (block: XzBlock): void => requireMemory(block, memoryBudget)
  const isSmall = (await reader.peek(SMALL_BYTE_LENGTH)).byteLength < SMALL_BYTE_LENGTH
  const worker = isSmall || workers < 1 ? undefined : await startFirstWorker()
  if (worker) {
    const pieces = readAll('xz', reader, () => splitXz(reader, { onBlock }))
    yield* decodeInWorkers(pieces, worker, { workers, memoryBudget, onWorkers, signal })
  } else
    yield* readAll('xz', reader, () => decodeXz(reader, { signal, maxDictionaryByteLength: memoryBudget, onBlock }))
}

/** A dictionary fills up as data comes: without this, it would turn out in the midst of an image that memory is too small. */
function requireMemory(block: XzBlock, budget: number): void {
  const needed = leastMemory(block)
  if (needed > budget) throw tooLittleMemory(`the xz block at offset ${block.offset} of ${block.name}`, needed, budget)
}

/** Reads members, streams or frames of a format in a row, with padding, and sees to it that nothing else follows. */
async function* readAll<T>(
  format: CompressionFormat,
  reader: ByteReader,
  readOne: () => AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  let paddingByteLength = 0
  do {
    yield* readOne()
    if (format !== 'zstd') paddingByteLength = await reader.skipZeros()
    checkPadding(format, reader, paddingByteLength)
  } while ((format === 'xz' || paddingByteLength === 0) && (await sniffCompression(reader)) === format)

  if ((await reader.peek(1)).byteLength === 0) return
  throw new FormatError(
    'COMPRESSED_DATA_CORRUPT',
    `Cannot decompress ${reader.name}: something else follows the ${format} data at offset ${reader.offset}`,
    { hint: 'Check that the file was downloaded as it is' },
  )
}

/** Layout: The .xz File Format 1.2.0, 2.2: padding between and behind streams is a multiple of four zeros. */
function checkPadding(format: CompressionFormat, reader: ByteReader, byteLength: number): void {
  if (format !== 'xz' || byteLength % 4 === 0) return
  throw new FormatError(
    'COMPRESSED_DATA_CORRUPT',
    `Cannot decompress ${reader.name}: ${byteLength} zeros at offset ${reader.offset - byteLength} are no padding of xz`,
  )
}

async function* passThrough(reader: ByteReader, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  while (true) {
    signal.throwIfAborted()
    const bytes = await reader.takeSome()
    if (!bytes) return
    yield bytes
  }
}
