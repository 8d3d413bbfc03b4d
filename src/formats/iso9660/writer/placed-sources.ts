import { checkRange, type Source } from '../../../bytes/index.ts'

/** A source at its place in an image. */
export interface PlacedSource {
  readonly offset: number
  readonly source: Source
}

/**
 * An image made of sources at their places, and of zeros between them. Any range can be read in any order; only the
 * sources that it touches are.
 *
 * @param placed by offset, not overlapping.
 */
export function placeSources(placed: readonly PlacedSource[], byteLength: number, name: string): Source {
  return {
    name,
    byteLength,
    async read(offset, length, options = {}) {
      options.signal?.throwIfAborted()
      checkRange(this, offset, length)
      const end = offset + length
      const bytes = new Uint8Array(length)
      for (let index = firstEndingBehind(placed, offset); index < placed.length; index++) {
        const part = placed[index] as PlacedSource
        if (part.offset >= end) break
        const from = Math.max(part.offset, offset)
        const to = Math.min(part.offset + part.source.byteLength, end)
        if (to <= from) continue
        const piece = await part.source.read(from - part.offset, to - from, options)
        if (piece.byteLength === length) return piece
        bytes.set(piece, from - offset)
      }
      return bytes
    },
  }
}

function firstEndingBehind(placed: readonly PlacedSource[], offset: number): number {
  let low = 0
  let high = placed.length
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const { offset: start, source } = placed[middle] as PlacedSource
    if (start + source.byteLength <= offset) low = middle + 1
    else high = middle
  }
  return low
}
