import { encodeUtf8 } from '../../../bytes/index.ts'
import type { TreeNode } from './tree.ts'
import { type SplitName, UniqueNames } from './unique-names.ts'

/** A node under the name that one of the image's hierarchies records. */
export interface NamedNode {
  readonly node: TreeNode
  readonly identifier: Uint8Array
}

const MAX_STEM_LENGTH = 8
const MAX_EXTENSION_LENGTH = 3

/**
 * Names the children of a directory as ISO 9660 level 1 does, in the order of their records (ECMA-119, 7.5 and 9.3):
 * `kargs.json` becomes `KARGS.JSO;1`, `vmlinuz` becomes `VMLINUZ.;1`, `.cmdline` becomes `_CMDLINE.;1`.
 *
 * The mangling is a contract with the readers of live images, and is that of genisoimage: upper case, underscores for
 * what is not a letter or digit, the last dot kept, 8 and 3 characters. Where two names become one, a name that lost
 * nothing keeps it, then the first in order; the others end in a number.
 */
export function nameForIso(children: readonly TreeNode[]): readonly NamedNode[] {
  const mangled = children.map((node) => ({ node, name: mangle(node.name) }))
  const isFaithful = ({ node, name }: { node: TreeNode; name: SplitName }) =>
    node.name.toUpperCase() === name.stem + name.suffix
  const unique = new UniqueNames()
  return [...mangled.filter(isFaithful), ...mangled.filter((entry) => !isFaithful(entry))]
    .map(({ node, name }) => ({ node, name: unique.claim(name, MAX_STEM_LENGTH) }))
    .sort((a, b) => compare(a.name.stem, b.name.stem) || compare(a.name.suffix, b.name.suffix))
    .map(({ node, name: { stem, suffix } }) => ({
      node,
      identifier: encodeUtf8(node.type === 'directory' ? stem + suffix : `${stem}${suffix || '.'};1`),
    }))
}

function mangle(name: string): SplitName {
  const visible = name.replace(/^\./, '_')
  const dot = visible.lastIndexOf('.')
  const stem = toIsoCharacters(dot < 0 ? visible : visible.slice(0, dot)).slice(0, MAX_STEM_LENGTH)
  const extension = dot < 0 ? '' : toIsoCharacters(visible.slice(dot + 1)).slice(0, MAX_EXTENSION_LENGTH)
  return { stem, suffix: extension === '' ? '' : `.${extension}` }
}

function toIsoCharacters(text: string): string {
  return text.replace(/[a-z]/g, (letter) => letter.toUpperCase()).replace(/[^A-Z0-9_]/gu, '_')
}

/** A text comes before the longer ones that it starts, as if it were padded with spaces. */
function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
