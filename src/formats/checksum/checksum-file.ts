import { FormatError } from '../../errors.ts'
import { algorithmOfLength, type Checksum } from './checksum.ts'

/** One line of a file of checksums. */
export interface ChecksumEntry {
  /** As the file has it, perhaps with folders; `undefined` when the line is a digest and nothing else. */
  readonly name: string | undefined
  /** `undefined` for a kind of checksum that is not good enough. */
  readonly checksum: Checksum | undefined
}

/** `HEX  name` and `HEX *name`; a backslash in front says that the name is escaped (GNU coreutils). */
const GNU_LINE = /^(\\?)([0-9a-fA-F]{32,128})[ \t][ *]?(.+)$/
/** `SHA256 (name) = HEX` (BSD), `SHA2-256(name)= HEX` (OpenSSL). */
const TAGGED_LINE = /^(\\?)[A-Za-z0-9/-]+ ?\((.+)\) ?= ([0-9a-fA-F]{32,128})$/
const BARE_LINE = /^[0-9a-fA-F]{32,128}$/
/** More than anybody publishes together. */
const MAX_LINE_COUNT = 100_000

/**
 * Parses a file of checksums. Empty lines and comments are passed over, and so is what makes a file clear-signed.
 *
 * @param name of the file, for messages.
 * @throws {FormatError} `CHECKSUM_INVALID` at the first line that is none of these.
 */
export function parseChecksumFile(text: string, name: string): readonly ChecksumEntry[] {
  const lines = withoutSignature(text.replace(/^\uFEFF/, '').split(/\r?\n/, MAX_LINE_COUNT + 1))
  if (lines.length > MAX_LINE_COUNT) {
    throw new FormatError('CHECKSUM_INVALID', `${name} has more than ${MAX_LINE_COUNT} lines`, {
      hint: 'Check that it is a file of checksums',
    })
  }
  return lines.flatMap((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return []
    const entry = parseLine(line.trimEnd())
    if (entry) return [entry]
    throw new FormatError('CHECKSUM_INVALID', `Line ${index + 1} of ${name} is not a checksum with a file name`, {
      hint: 'Give a file as sha256sum writes it, or the checksum itself as sha256:HEX',
    })
  })
}

function parseLine(line: string): ChecksumEntry | undefined {
  const gnu = GNU_LINE.exec(line)
  if (gnu) return entryOf(gnu[3], gnu[2], gnu[1])
  const tagged = TAGGED_LINE.exec(line)
  if (tagged) return entryOf(tagged[2], tagged[3], tagged[1])
  return BARE_LINE.test(line) ? entryOf(undefined, line) : undefined
}

function entryOf(name: string | undefined, digest = '', mark = ''): ChecksumEntry {
  const algorithm = algorithmOfLength(digest.length)
  return {
    name: mark === '' ? name : name?.replaceAll(/\\([\\nr])/g, (_, letter: string) => UNESCAPED[letter] ?? letter),
    checksum: algorithm && { algorithm, digest: digest.toLowerCase() },
  }
}

const UNESCAPED: Readonly<Record<string, string>> = { '\\': '\\', n: '\n', r: '\r' }

/** The lines, with those emptied that make a text clear-signed, so that the others keep their numbers (RFC 9580, 7). */
function withoutSignature(lines: readonly string[]): readonly string[] {
  if (!lines.includes('-----BEGIN PGP SIGNED MESSAGE-----')) return lines
  const begin = lines.indexOf('-----BEGIN PGP SIGNED MESSAGE-----')
  const text = lines.indexOf('', begin) // behind the armor's headers
  const end = lines.indexOf('-----BEGIN PGP SIGNATURE-----')
  return lines.map((line, index) => (index > text && (end === -1 || index < end) ? line.replace(/^- /, '') : ''))
}
