import { FormatError } from '../../errors.ts'
import type { Checksum } from './checksum.ts'
import type { ChecksumEntry } from './checksum-file.ts'

/** Options of {@link findChecksum}. */
export interface FindChecksumOptions {
  /** How messages call the file of checksums. */
  readonly fileName: string
  /** Name of what was summed, without folders; `undefined` for what has no name, such as standard input. */
  readonly name: string | undefined
}

/** So many names fit into a message. */
const MAX_LISTED_NAMES = 10

/**
 * The checksum of one file among those of many, the longest one if there are several kinds. A digest that stands alone is
 * that of any name.
 *
 * @throws {FormatError} `CHECKSUM_INVALID` when there is none, or when they contradict each other.
 */
export function findChecksum(entries: readonly ChecksumEntry[], options: FindChecksumOptions): Checksum {
  const { fileName, name } = options
  const [only] = entries
  const isAlone = entries.length === 1 && (only?.name === undefined || name === undefined)
  const found = isAlone ? entries : entries.filter((entry) => name !== undefined && isCalled(entry, name))
  if (found.length === 0) {
    throw invalid(
      name === undefined
        ? `${fileName} has the checksums of several files, and the image has no name`
        : `${fileName} has no checksum of ${name}${describeNames(entries)}`,
      'Give the checksum itself as sha256:HEX',
    )
  }
  const checksums = found.flatMap(({ checksum }) => (checksum ? [checksum] : []))
  const [best] = checksums.toSorted((a, b) => b.digest.length - a.digest.length)
  if (!best) {
    throw invalid(
      `${fileName} has only a weak checksum of ${name ?? 'the image'}`,
      'Get a SHA-256 or SHA-512 checksum from who made the image',
    )
  }
  if (checksums.some(({ algorithm, digest }) => algorithm === best.algorithm && digest !== best.digest)) {
    throw invalid(`${fileName} has different checksums of ${name ?? 'the image'}`, 'Find out which of them is right')
  }
  return best
}

function isCalled(entry: ChecksumEntry, name: string): boolean {
  return entry.name !== undefined && entry.name.slice(entry.name.lastIndexOf('/') + 1) === name
}

function describeNames(entries: readonly ChecksumEntry[]): string {
  const names = entries.flatMap((entry) => (entry.name === undefined ? [] : [entry.name]))
  if (names.length === 0) return ''
  const rest = names.length - MAX_LISTED_NAMES
  return `; it has ${names.slice(0, MAX_LISTED_NAMES).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

function invalid(message: string, hint: string): FormatError {
  return new FormatError('CHECKSUM_INVALID', message, { hint })
}
