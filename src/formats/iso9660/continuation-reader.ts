import { alignUp, type ReadOptions, type Source } from '../../bytes/index.ts'
import { SECTOR_SIZE } from './layout.ts'
import type { ReadBudget } from './read-budget.ts'
import { type Continuation, decodeSystemUseArea, type SystemUseField } from './system-use.ts'

/** Most continuation areas of one record. A name and a link target of full length need three. */
const MAX_CONTINUATION_COUNT = 4

/**
 * Reads the system use fields of records, and the areas that they continue in. Records share sectors of such areas, so
 * the sectors read last are kept.
 */
export class ContinuationReader {
  readonly #source: Source
  readonly #budget: ReadBudget
  readonly #where: string
  #start = 0
  #bytes: Uint8Array = new Uint8Array(0)

  constructor(source: Source, budget: ReadBudget, where: string) {
    this.#source = source
    this.#budget = budget
    this.#where = where
  }

  /**
   * All fields of a record, from its own area on. An area that is not inside the image ends the list.
   *
   * @throws {FormatError} `LIMIT_EXCEEDED` when the budget is used up.
   */
  async readFields(ownArea: Uint8Array, options: ReadOptions): Promise<readonly SystemUseField[]> {
    let area = decodeSystemUseArea(ownArea)
    if (!area.continuation) return area.fields
    const fields = [...area.fields]
    for (let count = 0; area.continuation && count < MAX_CONTINUATION_COUNT; count++) {
      const bytes = await this.#read(area.continuation, options)
      if (!bytes) break
      area = decodeSystemUseArea(bytes)
      fields.push(...area.fields)
    }
    return fields
  }

  async #read({ offset, byteLength }: Continuation, options: ReadOptions): Promise<Uint8Array | undefined> {
    const end = offset + byteLength
    if (end > this.#source.byteLength) return undefined
    if (offset < this.#start || end > this.#start + this.#bytes.byteLength) {
      const start = offset - (offset % SECTOR_SIZE)
      const sectorsByteLength = Math.min(alignUp(end, SECTOR_SIZE), this.#source.byteLength) - start
      this.#budget.take(sectorsByteLength, this.#where)
      this.#bytes = await this.#source.read(start, sectorsByteLength, options)
      this.#start = start
    }
    return this.#bytes.subarray(offset - this.#start, end - this.#start)
  }
}
