import type { Source } from '../../src/bytes/index.ts'
import { IoError } from '../../src/errors.ts'

/** The source, whose reads fail once `goodReadCount` of them have worked, as those of a disk that breaks. */
export function failingSource(source: Source, goodReadCount: number): Source {
  let readCount = 0
  return {
    name: source.name,
    byteLength: source.byteLength,
    async read(offset, byteLength, options) {
      if (readCount++ >= goodReadCount) throw new IoError('IO_FAILED', `Cannot read ${source.name}`)
      return source.read(offset, byteLength, options)
    },
  }
}
