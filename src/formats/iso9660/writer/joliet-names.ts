import type { NamedNode } from './iso-names.ts'
import type { TreeNode } from './tree.ts'
import { type SplitName, UniqueNames } from './unique-names.ts'

const BEYOND_UCS2 = /[\u{10000}-\u{10ffff}]/gu

/** Characters that Joliet keeps for itself. */
const RESERVED = /[*/:;?\\]/g

/**
 * Names the children of a directory as Joliet does, in the order of their records: UCS-2 without version numbers, longer
 * names cut before their extension. Symbolic links are left out, since Joliet cannot say where they point.
 *
 * @param maxNameLength most UCS-2 units of a name: 64 by the specification, up to 103 as readers accept.
 */
export function nameForJoliet(children: readonly TreeNode[], maxNameLength: number): readonly NamedNode[] {
  const unique = new UniqueNames()
  return children
    .filter((node) => node.type !== 'symlink')
    .map((node) => {
      const name = splitName(node.name.replace(BEYOND_UCS2, '_').replace(RESERVED, '_'), maxNameLength)
      const maxStemLength = maxNameLength - name.suffix.length
      const { stem, suffix } = unique.claim({ ...name, stem: name.stem.slice(0, maxStemLength) }, maxStemLength)
      return { node, name: stem + suffix }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ node, name }) => ({ node, identifier: encodeUcs2(name) }))
}

/** Encodes text as big-endian UCS-2, with `_` for characters that it does not have. */
export function encodeUcs2(text: string): Uint8Array {
  const units = text.replace(BEYOND_UCS2, '_')
  const bytes = new Uint8Array(2 * units.length)
  const view = new DataView(bytes.buffer)
  for (let index = 0; index < units.length; index++) view.setUint16(2 * index, units.charCodeAt(index), false)
  return bytes
}

function splitName(name: string, maxNameLength: number): SplitName {
  const dot = name.lastIndexOf('.')
  const isExtension = dot > 0 && name.length - dot <= maxNameLength / 2
  return isExtension ? { stem: name.slice(0, dot), suffix: name.slice(dot) } : { stem: name, suffix: '' }
}
