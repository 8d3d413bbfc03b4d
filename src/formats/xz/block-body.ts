import { type ByteReader, equalBytes } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import { type Check, createCheck } from './check.ts'
import { corruptXz } from './corrupt-xz.ts'
import { paddingByteLength } from './layout.ts'
import { decodeLzma2 } from './lzma2-decoder.ts'
import { walkLzma2 } from './lzma2-walk.ts'
import type { BlockRecord, XzBlock } from './read-stream.ts'
import { decodeX86 } from './x86-filter.ts'

/** Most memory for a dictionary unless the caller says otherwise, in bytes. `xz -9` needs 64 MiB. */
export const MAX_DICTIONARY_BYTE_LENGTH: number = 192 * 1024 * 1024

/** Options of {@link decodeBlockBody}. */
export interface DecodeXzOptions {
  /** Most memory for the dictionary, in bytes; {@link MAX_DICTIONARY_BYTE_LENGTH} unless given. */
  readonly maxDictionaryByteLength?: number | undefined
  /** Told of each block of a stream before its data is touched; what it throws ends the work. */
  readonly onBlock?: ((block: XzBlock) => void) | undefined
  /** Stops the work; the iteration rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Decompresses what follows a block's header, and verifies sizes, padding and check. Each piece holds its bytes only until
 * the next one is asked for.
 *
 * @throws {FormatError} `COMPRESSED_DATA_CORRUPT`, `UNEXPECTED_END`, `LIMIT_EXCEEDED` for the dictionary, and
 *   `XZ_UNSUPPORTED` for unknown checks.
 */
export async function* decodeBlockBody(
  reader: ByteReader,
  block: XzBlock,
  options: DecodeXzOptions = {},
): AsyncGenerator<Uint8Array, BlockRecord, undefined> {
  const { maxDictionaryByteLength = MAX_DICTIONARY_BYTE_LENGTH, signal } = options
  const { dictionaryByteLength, x86StartOffset } = block.header
  const check = newCheck(block)
  const decoded = decodeLzma2(reader, { dictionaryByteLength, maxDictionaryByteLength, signal })
  let uncompressedByteLength = 0
  for await (const bytes of x86StartOffset === undefined ? decoded : decodeX86(decoded, x86StartOffset)) {
    uncompressedByteLength += bytes.byteLength
    check.update(bytes)
    yield bytes
  }
  const compressedByteLength = reader.offset - block.dataOffset
  checkSizes(block, { compressedByteLength, uncompressedByteLength })
  checkPadding(block, await reader.take(paddingByteLength(compressedByteLength)))
  const expected = check.digest()
  if (!equalBytes(await reader.take(expected.byteLength), expected)) {
    throw corruptXz(block, block.offset, 'the contents of the block do not match its check')
  }
  return record(block, { compressedByteLength, uncompressedByteLength, checkByteLength: expected.byteLength })
}

/**
 * Gives what follows a block's header as it is, in pieces, without decompressing it: LZMA2 tells its sizes in between. All
 * sizes are verified, and no contents.
 *
 * @throws {FormatError} `COMPRESSED_DATA_CORRUPT`, `UNEXPECTED_END`, `XZ_UNSUPPORTED` for unknown checks.
 */
export async function* copyBlockBody(
  reader: ByteReader,
  block: XzBlock,
): AsyncGenerator<Uint8Array, BlockRecord, undefined> {
  const checkByteLength = newCheck(block).digest().byteLength
  const uncompressedByteLength = yield* walkLzma2(reader)
  const compressedByteLength = reader.offset - block.dataOffset
  checkSizes(block, { compressedByteLength, uncompressedByteLength })
  yield await reader.take(paddingByteLength(compressedByteLength) + checkByteLength)
  return record(block, { compressedByteLength, uncompressedByteLength, checkByteLength })
}

function newCheck({ name, offset, checkType }: XzBlock): Check {
  const check = createCheck(checkType)
  if (check) return check
  throw new FormatError(
    'XZ_UNSUPPORTED',
    `Cannot verify the xz block at offset ${offset} of ${name}: the check type ${checkType} is not known`,
    { hint: 'Compress it again with one of the checks that xz has' },
  )
}

interface Sizes {
  readonly compressedByteLength: number
  readonly uncompressedByteLength: number
}

function checkSizes(block: XzBlock, sizes: Sizes): void {
  checkSize(block, 'compressed', sizes.compressedByteLength, block.header.compressedByteLength)
  checkSize(block, 'uncompressed', sizes.uncompressedByteLength, block.header.uncompressedByteLength)
}

function checkSize(block: XzBlock, what: string, actual: number, expected = actual): void {
  if (actual === expected) return
  throw corruptXz(block, block.offset, `the ${what} size is ${actual}, where the block header says ${expected}`)
}

function checkPadding(block: XzBlock, padding: Uint8Array): void {
  if (padding.some((byte) => byte !== 0)) throw corruptXz(block, block.offset, 'the padding of the block is not zero')
}

function record(block: XzBlock, sizes: Sizes & { readonly checkByteLength: number }): BlockRecord {
  const unpaddedByteLength = block.header.headerByteLength + sizes.compressedByteLength + sizes.checkByteLength
  return { unpaddedByteLength, uncompressedByteLength: sizes.uncompressedByteLength }
}
