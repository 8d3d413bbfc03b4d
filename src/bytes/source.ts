import { FormatError } from '../errors.ts'

/** A run of bytes inside a source. */
export interface Extent {
  /** First byte, counted from the start of the source. */
  readonly offset: number
  /** Number of bytes; may be 0. */
  readonly byteLength: number
}

/** Options of one read. */
export interface ReadOptions {
  /** Stops the read; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Bytes by offset, of a known length: a file, a block device, a Blob, memory, or an edited view of one of them.
 *
 * A source is only read. Whoever opened it releases it; functions that are handed one leave it open.
 */
export interface Source {
  /** How messages call it: a path, a URL, or `memory`. */
  readonly name: string
  /** Number of bytes. It does not change while the source is open. */
  readonly byteLength: number
  /**
   * Gives exactly `byteLength` bytes from `offset`. The array may be a view of the source's own memory, so it must not be
   * written to.
   *
   * @throws {FormatError} `UNEXPECTED_END` when the range is not inside the source.
   */
  read(offset: number, byteLength: number, options?: ReadOptions): Promise<Uint8Array>
  /**
   * Fills `target` with the bytes from `offset`, as {@link Source.read} would give them. A source has this where it saves
   * memory being set aside for each read; that is half the cost of reading a large file.
   */
  readInto?(offset: number, target: Uint8Array, options?: ReadOptions): Promise<void>
}

/**
 * Throws unless the range lies inside the source. Every source calls this first, so that an offset that an image made up
 * ends in one kind of error.
 *
 * @throws {FormatError} `UNEXPECTED_END`
 */
export function checkRange(source: Pick<Source, 'name' | 'byteLength'>, offset: number, byteLength: number): void {
  const isInside =
    Number.isSafeInteger(offset) &&
    Number.isSafeInteger(byteLength) &&
    offset >= 0 &&
    byteLength >= 0 &&
    offset + byteLength <= source.byteLength
  if (isInside) return
  throw new FormatError(
    'UNEXPECTED_END',
    `Cannot read ${byteLength} bytes at offset ${offset} of ${source.name}, which has ${source.byteLength} bytes`,
    { hint: 'Check that the file is complete' },
  )
}

/** A source over bytes in memory. Reads are views: the caller keeps the bytes unchanged while the source is in use. */
export function memorySource(bytes: Uint8Array, name = 'memory'): Source {
  return {
    name,
    byteLength: bytes.byteLength,
    async read(offset, byteLength, options = {}) {
      options.signal?.throwIfAborted()
      checkRange(this, offset, byteLength)
      return bytes.subarray(offset, offset + byteLength)
    },
  }
}

/** A source over a Blob or a File, for browsers; `name` defaults to the file's name. */
export function blobSource(blob: Blob, name: string = blobName(blob)): Source {
  return {
    name,
    byteLength: blob.size,
    async read(offset, byteLength, options = {}) {
      options.signal?.throwIfAborted()
      checkRange(this, offset, byteLength)
      const buffer = await blob.slice(offset, offset + byteLength).arrayBuffer()
      options.signal?.throwIfAborted()
      return new Uint8Array(buffer)
    },
  }
}

function blobName(blob: Blob): string {
  return 'name' in blob ? String(blob.name) : 'blob'
}

/**
 * A part of a source, as a source of its own.
 *
 * @throws {FormatError} `UNEXPECTED_END` when the extent is not inside the source.
 */
export function sliceSource(source: Source, extent: Extent, name: string = source.name): Source {
  checkRange(source, extent.offset, extent.byteLength)
  return {
    name,
    byteLength: extent.byteLength,
    async read(offset, byteLength, options) {
      checkRange(this, offset, byteLength)
      return source.read(extent.offset + offset, byteLength, options)
    },
    ...(source.readInto && {
      async readInto(offset: number, target: Uint8Array, options?: ReadOptions) {
        checkRange({ name, byteLength: extent.byteLength }, offset, target.byteLength)
        await source.readInto?.(extent.offset + offset, target, options)
      },
    }),
  }
}

/** Sources one behind the other, as one source. */
export function concatSources(sources: readonly Source[], name: string): Source {
  let byteLength = 0
  const parts = sources.map((source) => {
    const start = byteLength
    byteLength += source.byteLength
    return { source, start, end: byteLength }
  })
  const partsIn = (offset: number, length: number) =>
    parts.filter((part) => part.start < offset + length && part.end > offset)
  return {
    name,
    byteLength,
    async read(offset, length, options) {
      checkRange(this, offset, length)
      const [first, ...others] = partsIn(offset, length)
      if (first && others.length === 0) return first.source.read(offset - first.start, length, options)
      const bytes = new Uint8Array(length)
      await this.readInto?.(offset, bytes, options)
      return bytes
    },
    async readInto(offset, target, options) {
      checkRange(this, offset, target.byteLength)
      for (const { source, start, end } of partsIn(offset, target.byteLength)) {
        const from = Math.max(start, offset)
        const piece = target.subarray(from - offset, Math.min(end, offset + target.byteLength) - offset)
        if (source.readInto) await source.readInto(from - start, piece, options)
        else piece.set(await source.read(from - start, piece.byteLength, options))
      }
    },
  }
}

/** A source of zero bytes that takes no memory of its own. */
export function zeroSource(byteLength: number, name = 'zeros'): Source {
  return {
    name,
    byteLength,
    async read(offset, length, options = {}) {
      options.signal?.throwIfAborted()
      checkRange(this, offset, length)
      return new Uint8Array(length)
    },
  }
}
