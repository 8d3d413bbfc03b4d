import type * as types from '../model/types.ts'
import type { SpecVersion } from '../model/versions.ts'
import { checkPath } from './check-path.ts'
import { quote } from './quote.ts'
import type { Rule, RuleContext } from './rule.ts'
import { utf8ByteLength } from './utf8-byte-length.ts'

/** What is known of a format. */
interface Format {
  readonly since: SpecVersion
  readonly maxLabelByteLength: number
}

/** Shares a directory of the host by a tag; there is nothing to make. */
const VIRTIOFS = 'virtiofs'
const MAX_TAG_BYTE_LENGTH = 36

const FORMATS: ReadonlyMap<string, Format> = new Map([
  ['ext4', { since: '3.0.0', maxLabelByteLength: 16 }],
  ['btrfs', { since: '3.0.0', maxLabelByteLength: 256 }],
  ['xfs', { since: '3.0.0', maxLabelByteLength: 12 }],
  ['swap', { since: '3.0.0', maxLabelByteLength: 15 }],
  ['vfat', { since: '3.0.0', maxLabelByteLength: 11 }],
  ['none', { since: '3.3.0', maxLabelByteLength: Number.POSITIVE_INFINITY }],
  [VIRTIOFS, { since: '3.7.0-experimental', maxLabelByteLength: Number.POSITIVE_INFINITY }],
])

/** A filesystem to create, reuse or mount. */
export const checkFilesystem: Rule<types.Filesystem> = (filesystem, context) => {
  const { device, format = '', path = '' } = filesystem
  const isVirtiofs = format === VIRTIOFS && context.isAtLeast('3.7.0-experimental')
  if (path !== '') checkPath(path, ['path'], context)
  if (isVirtiofs) {
    checkTag(device, context)
    checkNothingIsMade(filesystem, context)
    return
  }
  checkPath(device, ['device'], context)
  checkFormat(filesystem, context)
  checkLabel(filesystem, context)
}

function checkFormat(filesystem: types.Filesystem, { report, isAtLeast }: RuleContext): void {
  const { format = '', path, label, uuid, wipeFilesystem, options = [], mountOptions = [] } = filesystem
  if (format !== '') {
    const since = FORMATS.get(format)?.since
    if (since && isAtLeast(since)) return
    const known = [...FORMATS].filter(([, { since }]) => isAtLeast(since)).map(([name]) => name)
    const message = `${quote(format)} is no filesystem format of this spec version`
    report('filesystem-format-invalid', ['format'], message, `Use ${known.join(', ')}`)
  } else if (path || label || uuid || wipeFilesystem || options.length > 0 || mountOptions.length > 0) {
    report('format-required', ['format'], 'the filesystem has no format', 'Set format')
  }
}

function checkLabel({ format = '', label = '' }: types.Filesystem, { report }: RuleContext): void {
  if (label === '') return
  if (format === '') {
    report('label-without-format', ['label'], 'a label takes a format', 'Set format, or remove label')
    return
  }
  const byteLength = utf8ByteLength(label)
  const max = FORMATS.get(format)?.maxLabelByteLength ?? Number.POSITIVE_INFINITY
  if (byteLength <= max) return
  const message = `the label ${quote(label)} has ${byteLength} bytes, and ${format} takes no more than ${max}`
  report('label-too-long', ['label'], message, 'Shorten it')
}

function checkTag(device: string, { report }: RuleContext): void {
  const byteLength = utf8ByteLength(device)
  if (byteLength === 0) {
    report('device-required', ['device'], 'the filesystem has no tag', 'Set device to the tag that the host gave it')
  } else if (byteLength > MAX_TAG_BYTE_LENGTH) {
    const message = `the tag ${quote(device)} has ${byteLength} bytes, more than ${MAX_TAG_BYTE_LENGTH}`
    report('virtiofs-tag-too-long', ['device'], message, 'Shorten it, here and on the host')
  }
}

function checkNothingIsMade(
  { label, uuid, wipeFilesystem, options = [] }: types.Filesystem,
  context: RuleContext,
): void {
  const report = (kind: Parameters<RuleContext['report']>[0], name: string): void =>
    context.report(kind, [name], `virtiofs only mounts what the host has, so ${name} has no place`, `Remove ${name}`)
  if (label) report('label-not-supported', 'label')
  if (uuid) report('uuid-not-supported', 'uuid')
  if (wipeFilesystem) report('wipe-not-supported', 'wipeFilesystem')
  if (options.length > 0) report('mkfs-options-not-supported', 'options')
}
