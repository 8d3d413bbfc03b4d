import { FormatError } from '../../errors.ts'
import { splitArmor } from './armor.ts'
import { loadLibrary, type SignaturePacket } from './library.ts'
import { MAX_SIGNATURE_BYTE_LENGTH, MAX_SIGNATURE_COUNT } from './limits.ts'

const HINT = 'Check that it is the detached signature (.sig, .asc) of this file, and complete'

/**
 * Reads the detached signatures of a file, binary or armored.
 *
 * @param name of what is signed, for messages.
 * @throws {FormatError} `SIGNATURE_INVALID` when it holds none, or something else.
 */
export async function readSignatures(bytes: Uint8Array, name: string): Promise<readonly SignaturePacket[]> {
  if (bytes.byteLength > MAX_SIGNATURE_BYTE_LENGTH) {
    throw unreadable(name, `it has ${bytes.byteLength} bytes, and ${MAX_SIGNATURE_BYTE_LENGTH} are the most`)
  }
  const stranger = nameStranger(bytes)
  if (stranger) throw unreadable(name, `it is ${stranger.what}`, { hint: stranger.hint })
  const signatures = await parseSignatures(bytes, name)
  if (signatures.length === 0) throw unreadable(name, 'none in it is of a kind that isokit knows')
  checkCount(signatures.length, name)
  return signatures
}

async function parseSignatures(bytes: Uint8Array, name: string): Promise<readonly SignaturePacket[]> {
  const { enums, readSignature } = await loadLibrary()
  const blocks = splitArmor(bytes)
  const strange = blocks?.find(({ kind }) => kind !== 'SIGNATURE')
  if (strange) throw unreadable(name, `it is a PGP ${strange.kind.toLowerCase()}, not a detached signature`)
  if (blocks) checkCount(blocks.length, name)
  const packets: SignaturePacket[] = []
  try {
    const parts = blocks
      ? blocks.map(({ text }) => readSignature({ armoredSignature: text }))
      : [readSignature({ binarySignature: bytes })]
    // What the library could not parse stays in its list as something else.
    for (const part of await Promise.all(parts)) packets.push(...part.packets.filterByTag(enums.packet.signature))
  } catch (cause) {
    throw unreadable(name, 'it is damaged, or something else than a detached signature', { cause })
  }
  return packets
}

/** What servers, and the networks of hotels, have in the place of a signature. */
function nameStranger(bytes: Uint8Array): { readonly what: string; readonly hint: string } | undefined {
  if (bytes.byteLength === 0) return { what: 'empty', hint: HINT }
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 256)).trimStart()
  const isPage = /^<(?:!doctype|html|\?xml|head|body)/i.test(start)
  return isPage
    ? { what: 'a web page', hint: 'Check where it comes from, and whether the network wants a login' }
    : undefined
}

function checkCount(count: number, name: string): void {
  if (count > MAX_SIGNATURE_COUNT) {
    throw unreadable(name, `it has ${count} signatures, and ${MAX_SIGNATURE_COUNT} are the most`)
  }
}

function unreadable(
  name: string,
  reason: string,
  options: { readonly hint?: string; readonly cause?: unknown } = {},
): FormatError {
  return new FormatError('SIGNATURE_INVALID', `Cannot read the signature of ${name}: ${reason}`, {
    hint: HINT,
    ...options,
  })
}
