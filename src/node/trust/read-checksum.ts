import { decodeUtf8 } from '../../bytes/index.ts'
import { UsageError } from '../../errors.ts'
import {
  type Checksum,
  findChecksum,
  isChecksum,
  parseChecksum,
  parseChecksumFile,
} from '../../formats/checksum/index.ts'
import { readInput } from '../read-input.ts'

/** The most bytes of a file of checksums: 16 MiB. */
const MAX_CHECKSUM_FILE_BYTE_LENGTH = 16 * 1024 * 1024

/** Options of {@link readChecksum}. */
export interface ReadChecksumOptions {
  /** Name of what is summed, without folders; `undefined` for what has no name, such as standard input. */
  readonly name: string | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads a checksum as a user gives it: `sha256:HEX`, or the path of a file of checksums in which the image has a line.
 *
 * @throws {UsageError} `CHECKSUM_INVALID` for a text that is meant to be a checksum, and is none.
 * @throws {FormatError} `CHECKSUM_INVALID` for a file that is none, or does not have the image.
 * @throws {IoError} `FILE_NOT_FOUND` and others.
 */
export async function readChecksum(text: string, options: ReadChecksumOptions): Promise<Checksum> {
  const { name, signal } = options
  if (isChecksum(text) || text === '') return parseGiven(text)
  const bytes = await readInput(text, { maxByteLength: MAX_CHECKSUM_FILE_BYTE_LENGTH, signal })
  return findChecksum(parseChecksumFile(decodeUtf8(bytes, text), text), { fileName: text, name })
}

function parseGiven(text: string): Checksum {
  try {
    return parseChecksum(text)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const { code, message, hint } = error
    throw new UsageError(code, `Cannot use the checksum '${text}': ${message}`, hint === undefined ? {} : { hint })
  }
}
