/** A proof that is made while bytes go by: a signature over them, or their checksum. */
export interface StreamCheck {
  /** What is to be proved, as a clause: `signature by Fedora (44) <…>, key 36F6…90A6`. */
  readonly aim: string
  /** Takes the next bytes, as they came from the network or the file. They may be reused once the promise settles. */
  update(bytes: Uint8Array): void | Promise<void>
  /**
   * Settles when all bytes have been taken and are what they should be.
   *
   * @returns what was proved, as a clause: `good signature by Fedora (44) <…>, key 36F6…90A6`.
   * @throws {FormatError} `SIGNATURE_INVALID`, `CHECKSUM_MISMATCH`
   */
  finish(): Promise<string>
}
