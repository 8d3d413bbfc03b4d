import { crc32, Sha256 } from '../../bytes/index.ts'
import { Crc64 } from './crc64.ts'
import { CHECK_CRC32, CHECK_CRC64, CHECK_NONE, CHECK_SHA256 } from './layout.ts'

/** A sum over the contents of a block. */
export interface Check {
  /** Takes the next bytes. */
  update(bytes: Uint8Array): void
  /** The sum as the block's end carries it; taken once. */
  digest(): Uint8Array
}

/** A check that has not been used for a block yet, by its number in the stream's flags; `undefined` for unknown numbers. */
export function createCheck(type: number): Check | undefined {
  if (type === CHECK_NONE) return { update() {}, digest: () => new Uint8Array(0) }
  if (type === CHECK_CRC32) return new Crc32Check()
  if (type === CHECK_CRC64) return new Crc64()
  return type === CHECK_SHA256 ? new Sha256() : undefined
}

class Crc32Check implements Check {
  #crc = 0

  update(bytes: Uint8Array): void {
    this.#crc = crc32(bytes, this.#crc)
  }

  digest(): Uint8Array {
    const view = new DataView(new ArrayBuffer(4))
    view.setUint32(0, this.#crc, true)
    return new Uint8Array(view.buffer)
  }
}
