/**
 * Checksums as people hand them around: `sha256:HEX` as an argument, and files of them, as `sha256sum`, `shasum`, `openssl`
 * and BSD's tools write them and vendors publish them, plain or clear-signed.
 *
 * Supported: SHA-256 and SHA-512. Left out: weaker kinds, whose lines in a file are passed over, and the signature of a
 * clear-signed file.
 */
export {
  type Checksum,
  type ChecksumAlgorithm,
  isChecksum,
  type ParseChecksumOptions,
  parseChecksum,
} from './checksum.ts'
export { type ChecksumEntry, parseChecksumFile } from './checksum-file.ts'
export { type FindChecksumOptions, findChecksum } from './find-checksum.ts'
