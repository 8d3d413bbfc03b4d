import { encodeUtf8, joinBytes } from '../../src/bytes/index.ts'

/** A member as a test wants it, however odd. */
export interface OddMember {
  readonly path: string
  readonly text?: string
  readonly mode?: number
  readonly ino?: number
  readonly linkCount?: number
  /** Bytes that the header promises; those of the text unless given. */
  readonly byteLength?: number
  /** Bytes of the name that the header promises. */
  readonly nameByteLength?: number
}

/** Bytes of a newc member, made independently of the code under test. */
export function cpioMemberBytes(member: OddMember): Uint8Array {
  const { path, text = '', mode = 0o100644, ino = 1, linkCount = 1 } = member
  const name = encodeUtf8(`${path}\0`)
  const data = encodeUtf8(text)
  const fields = [ino, mode, 0, 0, linkCount, 0, member.byteLength ?? data.byteLength, 8, 1, 0, 0]
  const last = [member.nameByteLength ?? name.byteLength, 0]
  const header = `070701${[...fields, ...last].map((field) => field.toString(16).padStart(8, '0')).join('')}`
  return joinBytes([aligned(joinBytes([encodeUtf8(header), name])), aligned(data)])
}

/** An archive: its members and the trailer. */
export function cpioBytes(members: readonly OddMember[]): Uint8Array {
  return joinBytes([...members, { path: 'TRAILER!!!', mode: 0 }].map(cpioMemberBytes))
}

function aligned(bytes: Uint8Array): Uint8Array {
  return joinBytes([bytes, new Uint8Array((4 - (bytes.byteLength % 4)) % 4)])
}
