import type { Extent } from '../../bytes/index.ts'
import { ImageError, IoError } from '../../errors.ts'
import type { InstallPlan } from './install-plan.ts'
import type { InstallTarget } from './install-target.ts'

/** A run of bytes that was written, and its checksum. */
export interface WrittenRun extends Extent {
  readonly crc32: number
}

/** What became of an image's body. */
export interface WrittenBody {
  /** Where the image ends. */
  readonly end: number
  /** What was written, by offset. */
  readonly runs: readonly WrittenRun[]
  /** The bytes that were kept back, by offset. */
  readonly withheld: readonly { readonly offset: number; readonly bytes: Uint8Array }[]
}

/** Options of {@link writeBody} and {@link readBackRuns}. */
export interface WriteOptions {
  /** CRC-32 of some bytes. */
  readonly crc32: (bytes: Uint8Array) => number
  /** Told how many bytes are written, or read back. */
  readonly onBytes?: ((bytesDone: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Bytes of one write, at offsets that are multiples of it: large enough for any disk to be at its best. */
export const WRITE_BYTE_LENGTH: number = 4 * 1024 * 1024

/**
 * Writes an image's bytes from `start` on, except what the plan withholds. While one write is under way, the next is being
 * filled; memory stays at two of them.
 *
 * @throws {ImageError} `PARTITION_COLLISION` before bytes would come to lie in a saved partition, `DISK_TOO_SMALL` before
 *   they would lie behind the target's end. What the target throws.
 */
export async function writeBody(
  target: InstallTarget,
  body: AsyncIterable<Uint8Array>,
  options: WriteOptions & { readonly start: number; readonly plan: Pick<InstallPlan, 'withheld' | 'limit'> },
): Promise<WrittenBody> {
  const { start, plan, signal } = options
  const writer = new RunWriter(target, options)
  const withheld: { offset: number; bytes: Uint8Array }[] = []
  let offset = start
  try {
    for await (const bytes of body) {
      signal?.throwIfAborted()
      checkRoom(target, plan, offset, bytes.byteLength)
      for (const piece of cutAt(plan.withheld, offset, bytes)) {
        if (piece.isWithheld) withheld.push({ offset: piece.offset, bytes: piece.bytes.slice() })
        else await writer.add(piece.offset, piece.bytes)
      }
      offset += bytes.byteLength
    }
    return { end: offset, runs: await writer.finish(), withheld }
  } finally {
    await writer.settle()
  }
}

/**
 * Reads again what was written, from the medium where that can be done.
 *
 * @throws {IoError} `WRITE_NOT_KEPT` for the first run that reads differently.
 */
export async function readBackRuns(
  target: InstallTarget,
  runs: readonly WrittenRun[],
  options: WriteOptions,
): Promise<void> {
  const buffer = new Uint8Array(WRITE_BYTE_LENGTH)
  let bytesDone = 0
  for (const run of runs) {
    options.signal?.throwIfAborted()
    const bytes = buffer.subarray(0, run.byteLength)
    await target.readBack(run.offset, bytes)
    if (options.crc32(bytes) !== run.crc32) throw notKept(target, run)
    bytesDone += run.byteLength
    options.onBytes?.(bytesDone)
  }
}

/** The error for a medium that reads differently from what was written. */
export function notKept(target: InstallTarget, { offset, byteLength }: Extent): IoError {
  return new IoError(
    'WRITE_NOT_KEPT',
    `${target.name} does not hold what was written: the ${byteLength} bytes at offset ${offset} read differently`,
    { hint: 'Do not use this disk, or look for what else writes to it' },
  )
}

function checkRoom(
  target: InstallTarget,
  { limit }: Pick<InstallPlan, 'limit'>,
  offset: number,
  byteLength: number,
): void {
  const end = offset + byteLength
  if (limit && end > limit.offset) {
    const { number, name } = limit.partition
    throw new ImageError(
      'PARTITION_COLLISION',
      `Cannot write the image to ${target.name}: collision with partition ${number} (${JSON.stringify(name)}) at offset ${limit.offset}`,
      { hint: 'Do not save that partition, or move it further back' },
    )
  }
  if (end > target.byteLength) {
    throw new ImageError(
      'DISK_TOO_SMALL',
      `Cannot write the image to ${target.name}: it has more than the ${target.byteLength} bytes that fit`,
      { hint: 'Use a larger disk' },
    )
  }
}

interface Piece {
  readonly offset: number
  readonly bytes: Uint8Array
  readonly isWithheld: boolean
}

/** The bytes in pieces that lie inside one of the extents, or outside all of them. */
function* cutAt(extents: readonly Extent[], start: number, bytes: Uint8Array): Generator<Piece, void, undefined> {
  const end = start + bytes.byteLength
  let offset = start
  while (offset < end) {
    const isInside = (extent: Extent) => extent.offset <= offset && extent.offset + extent.byteLength > offset
    const inside = extents.find(isInside)
    const borders = extents.flatMap((extent) => [extent.offset, extent.offset + extent.byteLength])
    const pieceEnd = Math.min(end, ...borders.filter((border) => border > offset))
    yield { offset, bytes: bytes.subarray(offset - start, pieceEnd - start), isWithheld: inside !== undefined }
    offset = pieceEnd
  }
}

/** Gathers bytes into large writes, and has one of them under way. */
class RunWriter {
  readonly #target: InstallTarget
  readonly #options: WriteOptions
  readonly #runs: WrittenRun[] = []
  /** One is being filled, the other written. */
  #buffers = [new Uint8Array(WRITE_BYTE_LENGTH), new Uint8Array(WRITE_BYTE_LENGTH)] as const
  #offset = 0
  #filled = 0
  #writing: Promise<void> | undefined
  #bytesDone = 0

  constructor(target: InstallTarget, options: WriteOptions) {
    this.#target = target
    this.#options = options
  }

  async add(offset: number, bytes: Uint8Array): Promise<void> {
    if (offset !== this.#offset + this.#filled) {
      await this.#write()
      this.#offset = offset
    }
    for (let taken = 0; taken < bytes.byteLength; ) {
      const room = WRITE_BYTE_LENGTH - ((this.#offset + this.#filled) % WRITE_BYTE_LENGTH)
      const piece = bytes.subarray(taken, taken + room)
      this.#buffers[0].set(piece, this.#filled)
      this.#filled += piece.byteLength
      taken += piece.byteLength
      if (piece.byteLength === room) await this.#write()
    }
  }

  async finish(): Promise<readonly WrittenRun[]> {
    await this.#write()
    await this.#writing
    return this.#runs
  }

  /** Waits for the write under way; what it failed with has been thrown, or something else has been. */
  async settle(): Promise<void> {
    await this.#writing?.catch(() => {})
  }

  async #write(): Promise<void> {
    const [filling, free] = this.#buffers
    const bytes = filling.subarray(0, this.#filled)
    const offset = this.#offset
    this.#offset += this.#filled
    this.#filled = 0
    await this.#writing
    if (bytes.byteLength === 0) return

    this.#buffers = [free, filling]
    const run = { offset, byteLength: bytes.byteLength, crc32: this.#options.crc32(bytes) }
    this.#writing = this.#target.write(offset, bytes).then(() => {
      this.#runs.push(run)
      this.#bytesDone += run.byteLength
      this.#options.onBytes?.(this.#bytesDone)
    })
    this.#writing.catch(() => {}) // thrown when the next write waits for it
  }
}
