import { Cursor, encodeUtf8, joinBytes } from '../../bytes/index.ts'
import { SECTOR_SIZE } from './layout.ts'
import type { SystemUseField } from './system-use.ts'

/** What Rock Ridge adds to a directory record. */
export interface RockRidge {
  /** The real name; absent when none is recorded, or when it isn't UTF-8 or is no name that a path can hold. */
  readonly name?: string | undefined
  /** POSIX file type and permissions, as `st_mode`. */
  readonly mode?: number | undefined
  /** What a symbolic link points at. */
  readonly linkTarget?: string | undefined
  /** Where the directory starts whose place this record keeps: it was moved, since it would lie too deep. In bytes. */
  readonly childDirectoryOffset?: number | undefined
  /** Whether this directory was moved here from deeper in the tree, where a record keeps its place. */
  readonly isRelocated: boolean
}

/** Most bytes of a name or a link target; more is not a text that any system can use. */
const MAX_TEXT_BYTE_LENGTH = 4096

/** Flags of NM fields and of the components of SL fields. */
const FLAG = { continued: 0x01, self: 0x02, parent: 0x04, root: 0x08 } as const

const SLASH: Uint8Array = encodeUtf8('/')
const SELF: Uint8Array = encodeUtf8('.')
const PARENT: Uint8Array = encodeUtf8('..')

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads names, modes, links and moved directories out of a record's system use fields.
 *
 * Layout: RRIP 1.12 (IEEE P1282), 4.1. Fields that are too short to be true are passed over.
 */
export function decodeRockRidge(fields: readonly SystemUseField[]): RockRidge {
  const nameParts: Uint8Array[] = []
  const linkFields: Uint8Array[] = []
  let mode: number | undefined
  let childDirectoryOffset: number | undefined
  let isRelocated = false
  for (const { signature, data } of fields) {
    if (signature === 'NM' && ((data[0] ?? 0) & (FLAG.self | FLAG.parent)) === 0) nameParts.push(data.subarray(1))
    else if (signature === 'SL') linkFields.push(data.subarray(1))
    else if (signature === 'PX' && data.byteLength >= 4) mode = new Cursor(data).u32le()
    else if (signature === 'CL' && data.byteLength >= 4) childDirectoryOffset = new Cursor(data).u32le() * SECTOR_SIZE
    else if (signature === 'RE') isRelocated = true
  }
  const name = decodeText(joinBytes(nameParts))
  return {
    name: name && isSafeName(name) ? name : undefined,
    mode,
    linkTarget: linkFields.length > 0 ? decodeLinkTarget(joinBytes(linkFields)) : undefined,
    childDirectoryOffset,
    isRelocated,
  }
}

function isSafeName(name: string): boolean {
  return name !== '.' && name !== '..' && !/[/\0]/.test(name)
}

/** Joins the components of a link: each has flags, a length and a text, and may go on in the next one. */
function decodeLinkTarget(bytes: Uint8Array): string | undefined {
  const cursor = new Cursor(bytes)
  const pieces: Uint8Array[] = []
  let needsSlash = false
  while (cursor.remainingByteLength >= 2) {
    const flags = cursor.u8()
    const byteLength = cursor.u8()
    if (byteLength > cursor.remainingByteLength) return undefined
    const text = cursor.take(byteLength)
    if (needsSlash) pieces.push(SLASH)
    pieces.push(flags & FLAG.root ? SLASH : flags & FLAG.parent ? PARENT : flags & FLAG.self ? SELF : text)
    needsSlash = (flags & (FLAG.continued | FLAG.root)) === 0
  }
  return decodeText(joinBytes(pieces))
}

function decodeText(bytes: Uint8Array): string | undefined {
  if (bytes.byteLength > MAX_TEXT_BYTE_LENGTH) return undefined
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}
