import { FormatError } from '../../errors.ts'

/** How many bytes of directories one task may read, so that a small image can't ask for endless work. */
export class ReadBudget {
  readonly #byteLength: number
  #remaining: number

  constructor(byteLength: number) {
    this.#byteLength = byteLength
    this.#remaining = byteLength
  }

  /**
   * Takes `byteLength` bytes off, for what `where` names.
   *
   * @throws {FormatError} `LIMIT_EXCEEDED` when there are fewer.
   */
  take(byteLength: number, where: string): void {
    if (byteLength > this.#remaining) {
      throw new FormatError(
        'LIMIT_EXCEEDED',
        `The ${where} asks for ${byteLength} bytes of directory records; ${this.#remaining} of ${this.#byteLength} are left`,
      )
    }
    this.#remaining -= byteLength
  }
}
