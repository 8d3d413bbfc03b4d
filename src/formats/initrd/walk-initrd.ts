import { ByteReader, chunks, type Source } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import { type CpioHeader, type MemberType, memberType, readCpioHeader, skipCpioPadding } from '../cpio/index.ts'
import type { Codecs, CompressionFormat } from './codecs.ts'
import { DEFAULT_INITRD_LIMITS, type InitrdLimits } from './limits.ts'
import { normalizeMemberPath } from './member-path.ts'
import { sniffCompression } from './sniff.ts'

/** One archive of an initrd. */
export interface InitrdArchive {
  /** Where it starts; of a compressed one, its compressed bytes. */
  readonly offset: number
  /** How it is compressed, `undefined` when it is not. */
  readonly compression: CompressionFormat | undefined
}

/** One member of an initrd, without its contents. */
export interface InitrdMember {
  /** Normalised path; it may still be absolute or have `..`, see `checkMemberPath`. */
  readonly path: string
  readonly type: MemberType
  /** Type and permissions, as in `stat`. */
  readonly mode: number
  /** Bytes of the contents; of a symbolic link, of its target. */
  readonly byteLength: number
  /** Where the archive starts in the initrd; of a compressed one, its compressed bytes. */
  readonly archiveOffset: number
  /** How the archive is compressed, `undefined` when it is not. */
  readonly compression: CompressionFormat | undefined
  /** Number of names that the file has. */
  readonly linkCount: number
  /** Tells which members are names of the same file. */
  readonly fileId: string
}

/** A member whose contents can be read, until the walk goes on. */
export interface InitrdEntry extends InitrdMember {
  /** The contents in order, once. What is not taken is skipped when the walk goes on. */
  contents(): AsyncGenerator<Uint8Array, void, undefined>
}

/** Options of {@link walkInitrd}. */
export interface WalkInitrdOptions {
  readonly codecs: Codecs
  /** {@link DEFAULT_INITRD_LIMITS} where a limit is not given. */
  readonly limits?: Partial<InitrdLimits> | undefined
  /** Told of each archive when it begins, also of one without members. A compressed stream counts as one archive. */
  readonly onArchive?: ((archive: InitrdArchive) => void) | undefined
  /** Stops the walk; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Walks over the members of an initrd in their order: newc archives back to back, each plain or compressed.
 *
 * What the kernel accepts is accepted: zeros between archives, several archives in one compressed stream, a missing
 * trailer at the end of a stream; beyond that, plain archives need not be aligned. Zeros before the very first archive
 * are an error. A reader is left at the end of the initrd, which is the end of its bytes, and stays open.
 *
 * @throws {FormatError} `CPIO_CORRUPT`, `LIMIT_EXCEEDED`, `UNEXPECTED_END`, `TEXT_NOT_UTF8`, or what
 *   `Codecs.decompress` throws.
 */
export async function* walkInitrd(
  input: Source | ByteReader,
  options: WalkInitrdOptions,
): AsyncGenerator<InitrdEntry, void, undefined> {
  if (input instanceof ByteReader) return yield* new Walk(input, options).run()
  const reader = new ByteReader(chunks(input, { signal: options.signal }), input.name)
  try {
    yield* new Walk(reader, options).run()
  } finally {
    await reader.close()
  }
}

/** One walk: it counts what the limits bound. */
class Walk {
  readonly #reader: ByteReader
  readonly #options: WalkInitrdOptions
  readonly #limits: InitrdLimits
  #archiveCount = 0
  #memberCount = 0
  #decompressedByteLength = 0

  constructor(reader: ByteReader, options: WalkInitrdOptions) {
    this.#reader = reader
    this.#options = options
    this.#limits = { ...DEFAULT_INITRD_LIMITS, ...options.limits }
  }

  async *run(): AsyncGenerator<InitrdEntry, void, undefined> {
    const reader = this.#reader
    while ((await reader.peek(1)).byteLength > 0) {
      const archiveOffset = reader.offset
      const compression = await sniffCompression(reader)
      this.#options.onArchive?.({ offset: archiveOffset, compression })
      if (compression) yield* this.#compressedArchives(compression, archiveOffset)
      else yield* this.#members(reader, { archiveOffset, compression })
      await reader.skipZeros()
    }
  }

  async *#compressedArchives(format: CompressionFormat, archiveOffset: number): AsyncGenerator<InitrdEntry, void> {
    const { codecs, signal } = this.#options
    const decompressed = this.#counted(codecs.decompress(format, this.#reader, { signal }))
    const reader = new ByteReader(
      decompressed,
      `the ${format} archive at offset ${archiveOffset} of ${this.#reader.name}`,
    )
    try {
      while ((await reader.peek(1)).byteLength > 0) {
        yield* this.#members(reader, { archiveOffset, compression: format })
        await reader.skipZeros()
      }
    } finally {
      await reader.close()
    }
  }

  /** Members up to the trailer. The end of the bytes does as well, as it does for the kernel. */
  async *#members(
    reader: ByteReader,
    archive: Pick<InitrdMember, 'archiveOffset' | 'compression'>,
  ): AsyncGenerator<InitrdEntry, void, undefined> {
    const { signal } = this.#options
    const archiveIndex = this.#archiveCount++
    while ((await reader.peek(1)).byteLength > 0) {
      signal?.throwIfAborted()
      const header = await readCpioHeader(reader, this.#limits)
      const end = reader.offset + header.byteLength
      if (!header.isTrailer) {
        this.#countMember(reader, header)
        yield { ...archive, ...describe(header, archiveIndex), contents: () => contentsUpTo(reader, end, signal) }
      }
      await reader.skip(end - reader.offset)
      await skipCpioPadding(reader, header)
      if (header.isTrailer) return
    }
  }

  #countMember(reader: ByteReader, { name, offset }: CpioHeader): void {
    this.#memberCount++
    if (this.#memberCount <= this.#limits.maxMemberCount) return
    throw limitExceeded(
      `${this.#reader.name} has more than ${this.#limits.maxMemberCount} members`,
      `the next is ${JSON.stringify(name)} at offset ${offset} of ${reader.name}`,
    )
  }

  async *#counted(decompressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    const { maxDecompressedByteLength } = this.#limits
    for await (const bytes of decompressed) {
      this.#decompressedByteLength += bytes.byteLength
      if (this.#decompressedByteLength > maxDecompressedByteLength) {
        throw limitExceeded(
          `The archives of ${this.#reader.name} have more than ${maxDecompressedByteLength} bytes once decompressed`,
          `offset ${this.#reader.offset} has been reached`,
        )
      }
      yield bytes
    }
  }
}

function limitExceeded(what: string, where: string): FormatError {
  return new FormatError('LIMIT_EXCEEDED', `${what}: ${where}`)
}

function describe(header: CpioHeader, archiveIndex: number): Omit<InitrdMember, 'archiveOffset' | 'compression'> {
  const { name, mode, byteLength, linkCount } = header
  const fileId = `${archiveIndex}:${header.fileId}` // inode numbers count within one archive
  return { path: normalizeMemberPath(name), type: memberType(mode), mode, byteLength, linkCount, fileId }
}

async function* contentsUpTo(
  reader: ByteReader,
  end: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  while (reader.offset < end) {
    signal?.throwIfAborted()
    const bytes = await reader.takeUpTo(end - reader.offset)
    if (bytes) yield bytes
    else await reader.take(end - reader.offset) // throws, and says where
  }
}
