import { LINE_FEED } from './ascii.ts'

/** A place in a text, both counted from 1. */
export interface LinePosition {
  readonly line: number
  /** In bytes. */
  readonly column: number
}

const BLOCK_BYTE_LENGTH = 256

/**
 * Finds lines and columns in a text. A line ends with a line feed and nothing else.
 *
 * Line starts are noted a block at a time, as far into the text as was asked. All together that is one pass over the text
 * and a 32nd part of its memory, however short the lines are; each position then is a look into one block.
 */
export class LineIndex {
  readonly #bytes: Uint8Array
  /** The line that the first byte of each block belongs to: its number, and where it starts. */
  readonly #lines: Int32Array
  readonly #lineStarts: Int32Array
  #notedBlockCount = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    const blockCount = Math.floor(bytes.byteLength / BLOCK_BYTE_LENGTH) + 1
    this.#lines = new Int32Array(blockCount)
    this.#lineStarts = new Int32Array(blockCount)
    this.#note({ line: 1, lineStart: 0 })
  }

  /** The position of the byte at an offset. Offsets behind the end stand for the end. */
  positionAt(offset: number): LinePosition {
    const target = Math.min(offset, this.#bytes.byteLength)
    const targetBlock = Math.floor(target / BLOCK_BYTE_LENGTH)
    while (this.#notedBlockCount <= targetBlock) {
      const block = this.#notedBlockCount - 1
      this.#note(this.#follow(block, (block + 1) * BLOCK_BYTE_LENGTH))
    }
    const { line, lineStart } = this.#follow(targetBlock, target)
    return { line, column: target - lineStart + 1 }
  }

  #note({ line, lineStart }: Line): void {
    this.#lines[this.#notedBlockCount] = line
    this.#lineStarts[this.#notedBlockCount] = lineStart
    this.#notedBlockCount++
  }

  /** The line that `offset` belongs to, counted on from the start of its block. */
  #follow(block: number, offset: number): Line {
    const bytes = this.#bytes
    let line = this.#lines[block] as number
    let lineStart = this.#lineStarts[block] as number
    for (let next = block * BLOCK_BYTE_LENGTH; next < offset; next++) {
      if (bytes[next] !== LINE_FEED) continue
      line++
      lineStart = next + 1
    }
    return { line, lineStart }
  }
}

interface Line {
  readonly line: number
  readonly lineStart: number
}
