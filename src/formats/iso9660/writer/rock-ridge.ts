import { encodeUtf8, FieldWriter } from '../../../bytes/index.ts'
import { putRecordTime, putU32Both } from './fields.ts'
import type { DirectoryNode, TreeNode } from './tree.ts'

/** Most bytes of a SUSP field: its length is one byte. */
const MAX_FIELD_BYTE_LENGTH = 255

/** Type bits of POSIX modes. */
const TYPE_BITS = { file: 0o100000, symlink: 0o120000, directory: 0o040000 } as const

/** TF flags: modification, access and attribute change, each in seven bytes (RRIP 1.10, 4.1.6). */
const TIME_FLAGS = 0x02 | 0x04 | 0x08

/** NM and SL flag: the text goes on in the next field. */
const FLAG_CONTINUE = 0x01

/** Kinds of SL components that carry no text (RRIP 1.10, 4.1.3.1). */
const LINK_COMPONENT = { text: 0x00, current: 0x02, parent: 0x04, root: 0x08 } as const

/** What RRIP 1.10 (4.3) wants the ER field to say, word for word. */
const EXTENSION = {
  identifier: 'RRIP_1991A',
  descriptor: 'THE ROCK RIDGE INTERCHANGE PROTOCOL PROVIDES SUPPORT FOR POSIX FILE SYSTEM SEMANTICS',
  source:
    'PLEASE CONTACT DISC PUBLISHER FOR SPECIFICATION SOURCE.  SEE PUBLISHER IDENTIFIER IN PRIMARY VOLUME DESCRIPTOR FOR CONTACT INFORMATION.',
} as const

/** Fields of a child's record: mode, times, real name, and the target of a symbolic link. */
export function namedRecordFields(node: TreeNode): readonly Uint8Array[] {
  return [
    ...attributeFields(node),
    ...nameFields(node.name),
    ...(node.type === 'symlink' ? linkFields(node.target) : []),
  ]
}

/** Fields of the records `.` and `..`; in the root's `.` they also say that this is Rock Ridge. */
export function selfRecordFields(directory: DirectoryNode, isRootSelf: boolean): readonly Uint8Array[] {
  if (!isRootSelf) return attributeFields(directory)
  const sharing = field('SP', new Uint8Array([0xbe, 0xef, 0])) // has to be the first field of the volume
  return [sharing, ...attributeFields(directory), extensionField()]
}

function attributeFields(node: TreeNode): readonly Uint8Array[] {
  const attributes = new FieldWriter(32)
  putU32Both(attributes, TYPE_BITS[node.type] + (node.mode & 0o7777))
  putU32Both(attributes, linkCount(node))
  putU32Both(attributes, 0) // user
  putU32Both(attributes, 0) // group

  const times = new FieldWriter(1 + 3 * 7).u8(TIME_FLAGS)
  for (let index = 0; index < 3; index++) putRecordTime(times, node.modifiedAt)
  return [field('PX', attributes.bytes), field('TF', times.bytes)]
}

function linkCount(node: TreeNode): number {
  if (node.type !== 'directory') return 1
  return 2 + node.children.filter((child) => child.type === 'directory').length
}

function nameFields(name: string): readonly Uint8Array[] {
  const pieces = cut(encodeUtf8(name), MAX_FIELD_BYTE_LENGTH - 5)
  return pieces.map((piece, index) => {
    const flags = index < pieces.length - 1 ? FLAG_CONTINUE : 0
    return field('NM', new FieldWriter(1 + piece.byteLength).u8(flags).put(piece).bytes)
  })
}

function linkFields(target: string): readonly Uint8Array[] {
  const maxContentByteLength = MAX_FIELD_BYTE_LENGTH - 5
  const contents: Uint8Array[][] = [[]]
  let free = maxContentByteLength
  for (const component of target.split('/').flatMap((part, index) => linkComponents(part, index === 0))) {
    if (component.byteLength > free) {
      contents.push([])
      free = maxContentByteLength
    }
    contents.at(-1)?.push(component)
    free -= component.byteLength
  }
  return contents.map((components, index) => {
    const writer = new FieldWriter(1 + components.reduce((total, { byteLength }) => total + byteLength, 0))
    writer.u8(index < contents.length - 1 ? FLAG_CONTINUE : 0)
    for (const component of components) writer.put(component)
    return field('SL', writer.bytes)
  })
}

function linkComponents(part: string, isFirst: boolean): readonly Uint8Array[] {
  if (part === '') return isFirst ? [new Uint8Array([LINK_COMPONENT.root, 0])] : []
  if (part === '.') return [new Uint8Array([LINK_COMPONENT.current, 0])]
  if (part === '..') return [new Uint8Array([LINK_COMPONENT.parent, 0])]
  const pieces = cut(encodeUtf8(part), MAX_FIELD_BYTE_LENGTH - 7)
  return pieces.map((piece, index) => {
    const flags = LINK_COMPONENT.text | (index < pieces.length - 1 ? FLAG_CONTINUE : 0)
    return new FieldWriter(2 + piece.byteLength).u8(flags).u8(piece.byteLength).put(piece).bytes
  })
}

function extensionField(): Uint8Array {
  const texts = [EXTENSION.identifier, EXTENSION.descriptor, EXTENSION.source].map(encodeUtf8)
  const writer = new FieldWriter(texts.reduce((total, text) => total + text.byteLength, 4))
  for (const text of texts) writer.u8(text.byteLength)
  writer.u8(1) // version of the extension
  for (const text of texts) writer.put(text)
  return field('ER', writer.bytes)
}

function field(signature: string, content: Uint8Array): Uint8Array {
  const byteLength = 4 + content.byteLength
  return new FieldWriter(byteLength).put(encodeUtf8(signature)).u8(byteLength).u8(1).put(content).bytes
}

function cut(bytes: Uint8Array, maxByteLength: number): readonly Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let offset = 0; offset < bytes.byteLength; offset += maxByteLength) {
    pieces.push(bytes.subarray(offset, offset + maxByteLength))
  }
  return pieces
}
