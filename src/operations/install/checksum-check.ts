import type { Hasher } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import type { Checksum } from '../../formats/checksum/index.ts'
import type { StreamCheck } from './stream-check.ts'

/** Options of {@link checksumCheck}. */
export interface ChecksumCheckOptions {
  /** Computes the checksum's algorithm. */
  readonly hasher: Hasher
  /** How messages call what is summed. */
  readonly name: string
  /** Who says what it should be: `the stream metadata`. */
  readonly origin: string
}

/**
 * Checks that bytes that go by have a checksum.
 *
 * @returns a check whose `finish` throws `CHECKSUM_MISMATCH` with both values.
 */
export function checksumCheck(expected: Checksum, options: ChecksumCheckOptions): StreamCheck {
  const { hasher, name, origin } = options
  const { algorithm } = expected
  return {
    aim: `${algorithm} ${expected.digest}, as ${origin} says`,
    update(bytes) {
      hasher.update(bytes)
    },
    async finish() {
      const actual = toHex(hasher.digest())
      if (actual === expected.digest) return `${algorithm} ${actual}, as ${origin} says`
      throw new FormatError(
        'CHECKSUM_MISMATCH',
        `${name} has the ${algorithm} ${actual}, but ${origin} says ${expected.digest}`,
        { hint: 'Get the image again, and check that the checksum is of this file as it is downloaded' },
      )
    },
  }
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
