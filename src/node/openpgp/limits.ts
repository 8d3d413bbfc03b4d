/** The most bytes of a file with signatures: 1 MiB. Real ones have some hundred. */
export const MAX_SIGNATURE_BYTE_LENGTH: number = 1024 * 1024

/** More than anybody makes for one file. Each one costs a computation, and a salted one a hash over all data. */
export const MAX_SIGNATURE_COUNT: number = 16
