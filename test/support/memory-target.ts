import { setImmediate } from 'node:timers/promises'
import { checkRange } from '../../src/bytes/index.ts'
import { IoError } from '../../src/errors.ts'
import type { InstallTarget } from '../../src/operations/index.ts'

/** What a disk in memory was told to do. */
export type DiskEvent =
  | { readonly kind: 'write'; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'flush' }

/** Options of {@link memoryTarget}. */
export interface MemoryTargetOptions {
  readonly byteLength: number
  readonly sectorSize?: number
  /** What it has to begin with; zeros behind that. */
  readonly bytes?: Uint8Array
  /** Called before each write and flush, with what has happened so far. A throw is the disk's failure. */
  readonly onEvent?: (event: DiskEvent, past: readonly DiskEvent[]) => void | Promise<void>
  /** Changes what is read back, as a bad medium would. */
  readonly onReadBack?: (offset: number, bytes: Uint8Array) => void
}

/** A disk in memory that remembers its writes and flushes, so that every crash in between can be looked at. */
export interface MemoryTarget extends InstallTarget {
  readonly bytes: Uint8Array
  readonly events: readonly DiskEvent[]
  /** What the disk has when the power goes after so many events: all that was flushed, and of the rest what `isKept` says. */
  bytesAfter(eventCount: number, isKept?: (writeIndex: number) => boolean): Uint8Array
}

/** A disk in memory. Writes behind its end fail as on a device. */
export function memoryTarget(options: MemoryTargetOptions): MemoryTarget {
  const { byteLength, sectorSize = 512, onEvent, onReadBack } = options
  const original = new Uint8Array(byteLength)
  if (options.bytes) original.set(options.bytes)
  const bytes = original.slice()
  const events: DiskEvent[] = []
  return {
    name: '/dev/test',
    byteLength,
    sectorSize,
    bytes,
    events,
    async read(offset, length) {
      checkRange({ name: '/dev/test', byteLength }, offset, length)
      return bytes.slice(offset, offset + length)
    },
    async write(offset, written) {
      if (offset + written.byteLength > byteLength) throw new IoError('DISK_FULL', 'Cannot write behind the end')
      await onEvent?.({ kind: 'write', offset, bytes: written }, events)
      await setImmediate() // a disk takes its time, and the bytes from where they are then
      const kept = written.slice()
      events.push({ kind: 'write', offset, bytes: kept })
      bytes.set(kept, offset)
    },
    async flush() {
      await onEvent?.({ kind: 'flush' }, events)
      events.push({ kind: 'flush' })
    },
    async readBack(offset, target) {
      if (events.at(-1)?.kind !== 'flush') throw new Error('What was written may not be on the medium yet')
      target.set(bytes.subarray(offset, offset + target.byteLength))
      onReadBack?.(offset, target)
    },
    bytesAfter(eventCount, isKept = () => true) {
      const state = original.slice()
      const past = events.slice(0, eventCount)
      const flushedCount = past.findLastIndex(({ kind }) => kind === 'flush')
      for (const [index, event] of past.entries()) {
        if (event.kind === 'write' && (index < flushedCount || isKept(index))) state.set(event.bytes, event.offset)
      }
      return state
    },
  }
}
