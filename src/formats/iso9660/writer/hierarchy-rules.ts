import type { HierarchyRules } from './hierarchy.ts'
import { nameForIso } from './iso-names.ts'
import { nameForJoliet } from './joliet-names.ts'
import { namedRecordFields, selfRecordFields } from './rock-ridge.ts'
import type { ContinuationArea } from './system-use.ts'

/** Longest directory record: its length is one byte, and even. */
const MAX_RECORD_BYTE_LENGTH = 254

const NO_SYSTEM_USE = { fields: [] }

/** The primary hierarchy: names of 8 and 3 characters, and real ones in Rock Ridge fields. */
export function primaryRules(continuation: ContinuationArea): HierarchyRules {
  return {
    name: nameForIso,
    childSystemUse: (node, recordByteLength) =>
      continuation.split(namedRecordFields(node), MAX_RECORD_BYTE_LENGTH - recordByteLength),
    selfSystemUse: (target, isRootSelf, recordByteLength) =>
      continuation.split(selfRecordFields(target, isRootSelf), MAX_RECORD_BYTE_LENGTH - recordByteLength),
  }
}

/** The primary hierarchy without Rock Ridge; symbolic links would be empty files, and are left out. */
export const PLAIN_RULES: HierarchyRules = {
  name: (children) => nameForIso(children.filter((node) => node.type !== 'symlink')),
  childSystemUse: () => NO_SYSTEM_USE,
  selfSystemUse: () => NO_SYSTEM_USE,
}

/** The Joliet hierarchy. */
export function jolietRules(maxNameLength: number): HierarchyRules {
  return {
    name: (children) => nameForJoliet(children, maxNameLength),
    childSystemUse: () => NO_SYSTEM_USE,
    selfSystemUse: () => NO_SYSTEM_USE,
  }
}
