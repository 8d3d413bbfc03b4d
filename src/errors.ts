/**
 * The errors of isokit: four classes that say who can help, and one list of stable codes.
 *
 * The class is chosen by whose turn it is (the image's maker, the caller, the machine), the `code` is what programs and
 * tests look at, the message says what failed, where and with which values, and the hint is one imperative sentence.
 */

/** Every code that isokit throws, with its meaning. The README's table is made from this list. */
export const ERROR_CODES = {
  // bytes
  UNEXPECTED_END: 'The data ends before a structure that it promises',
  NUMBER_TOO_LARGE: 'A 64-bit number in the data is larger than 2^53 - 1',
  TEXT_NOT_UTF8: 'A text in the data is not UTF-8',
  PATCH_INVALID: 'Patches overlap, or start outside the image',
} as const

/** A stable error code; see {@link ERROR_CODES} for what each one means. */
export type ErrorCode = keyof typeof ERROR_CODES

/** What an error carries beside its message. */
export interface IsokitErrorOptions {
  /** One imperative sentence that says how to mend it. */
  readonly hint?: string
  /** The error underneath. */
  readonly cause?: unknown
}

/** The common parent. Whatever is thrown and is neither this nor an abort is a bug of isokit. */
export abstract class IsokitError extends Error {
  /** Stable code; see {@link ERROR_CODES}. */
  readonly code: ErrorCode
  /** One imperative sentence that says how to mend it. */
  readonly hint: string | undefined

  constructor(code: ErrorCode, message: string, options: IsokitErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.hint = options.hint
  }
}

/** The bytes are damaged, or not what they claim to be. */
export class FormatError extends IsokitError {}

/** The image is sound, but can't take this change. */
export class ImageError extends IsokitError {}

/** A file, a device or the network failed. */
export class IoError extends IsokitError {}

/** The call itself is wrong. */
export class UsageError extends IsokitError {}
