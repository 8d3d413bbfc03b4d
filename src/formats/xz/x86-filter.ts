/** A call or jump takes 5 bytes: its operation and a relative address. */
const INSTRUCTION_BYTE_LENGTH = 5

/** How many of the address bytes before may look like an operation without spoiling a conversion, by {@link Tracks}. */
const ALLOWED: readonly boolean[] = [true, true, true, false, true, false, false, false]
const TRACK_BYTE: readonly number[] = [0, 1, 2, 2, 3, 3, 3, 3]

/**
 * Undoes the branch filter for x86 (`xz --x86`): calls and jumps got absolute addresses, which repeat and so compress
 * better, and become relative again.
 *
 * @param startOffset where the contents count as starting.
 */
export async function* decodeX86(
  chunks: AsyncIterable<Uint8Array>,
  startOffset: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const filter = new X86Filter(startOffset)
  let rest: Uint8Array = new Uint8Array(0)
  for await (const chunk of chunks) {
    const bytes = new Uint8Array(rest.byteLength + chunk.byteLength)
    bytes.set(rest)
    bytes.set(chunk, rest.byteLength)
    const doneByteLength = filter.convert(bytes)
    if (doneByteLength > 0) yield bytes.subarray(0, doneByteLength)
    rest = bytes.subarray(doneByteLength)
  }
  if (rest.byteLength > 0) yield rest
}

/** The filter's memory from chunk to chunk. */
class X86Filter {
  #offset: number
  /** Which of the last three bytes looked like an operation: bit 0 is the last byte. */
  #tracks = 0

  constructor(startOffset: number) {
    this.#offset = startOffset
  }

  /** Converts in place and says how many bytes are final. The last four wait for what follows. */
  convert(bytes: Uint8Array): number {
    const end = bytes.byteLength - INSTRUCTION_BYTE_LENGTH + 1
    if (end <= 0) return 0
    let tracks = this.#tracks
    let position = 0
    while (position < end) {
      if (((bytes[position] as number) & 0xfe) !== 0xe8) {
        tracks = (tracks << 1) & 7
        position++
        continue
      }
      const isSpoiled =
        !ALLOWED[tracks] || (tracks !== 0 && isSignByte(bytes[position + 4 - (TRACK_BYTE[tracks] as number)]))
      if (isSpoiled || !isSignByte(bytes[position + 4])) {
        tracks = ((tracks << 1) | 1) & 7
        position++
      } else {
        this.#convertAddress(bytes, position, tracks)
        tracks = 0
        position += INSTRUCTION_BYTE_LENGTH
      }
    }
    this.#tracks = tracks
    this.#offset = (this.#offset + position) >>> 0
    return position
  }

  #convertAddress(bytes: Uint8Array, position: number, tracks: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset + position + 1, 4)
    const next = this.#offset + position + INSTRUCTION_BYTE_LENGTH
    const shift = (TRACK_BYTE[tracks] as number) * 8
    let address = (view.getUint32(0, true) - next) | 0
    // An encoder that met such bytes made its choice on the converted address, so it has to be looked at as well.
    while (tracks !== 0 && isSignByte((address >>> (24 - shift)) & 0xff)) {
      address = ((address ^ ((2 ** (32 - shift) - 1) | 0)) - next) | 0
    }
    const isNegative = (address & 0x01000000) !== 0
    view.setUint32(0, ((address & 0x01ffffff) | (isNegative ? 0xff000000 : 0)) >>> 0, true)
  }
}

/** Addresses within 16 MiB start, from their top end, with all zeros or all ones. */
function isSignByte(byte: number | undefined): boolean {
  return byte === 0x00 || byte === 0xff
}
