import { formatMode } from '../model/format-mode.ts'
import { fieldsOf, isPlain } from '../model/schema.ts'
import type * as types from '../model/types.ts'
import { SPEC_VERSIONS, type SpecVersion } from '../model/versions.ts'
import type { RewrittenObject } from './rewrite-objects.ts'
import type { UpgradeChange } from './upgrade-change.ts'

/** What a version makes of one object of a config of the version before it. */
export type UpgradeStep = (object: RewrittenObject, report: Report) => RewrittenObject['value']

type Report = (change: UpgradeChange) => void

/** The bits above rwxrwxrwx: set-user-id, set-group-id, sticky. */
const SPECIAL_BITS = 0o7000n

/** The steps by the version that they lead to; a version that isn't here takes everything as it is. */
export const UPGRADE_STEPS: ReadonlyMap<SpecVersion, UpgradeStep> = new Map<SpecVersion, UpgradeStep>([
  ['3.1.0', requireSources],
  ['3.3.0', requireTargetsAndPins],
  ['3.5.0', keepAdvertisements],
  ['3.6.0', clearSpecialBits],
])

function requireSources(object: RewrittenObject, report: Report): RewrittenObject['value'] {
  const since = '3.1.0'
  const { source = '' } = object.value as unknown as types.Resource
  if (object.schema.name === 'reference' && source === '') {
    const message = 'a config to merge has no source, which 3.0.0 lets pass and which fails at boot'
    report({ kind: 'source-missing', path: object.path, since, message, isRefused: true })
  }
  return fillPlainFields(object, since)
}

function requireTargetsAndPins(object: RewrittenObject, report: Report): RewrittenObject['value'] {
  const since = '3.3.0'
  const { schema, value, path } = object
  if (schema.name === 'link' && !(value as unknown as types.Link).target) {
    const message = 'a link has no target, which versions before 3.3.0 let pass and which fails at boot'
    report({ kind: 'link-target-missing', path: [...path, 'target'], since, message, isRefused: true })
  }
  if (schema.name === 'clevisCustom' && isIncomplete(value)) {
    const message = 'a custom clevis pin lacks its pin or its config, which 3.2.0 lets pass and which fails at boot'
    report({ kind: 'clevis-custom-incomplete', path, since, message, isRefused: true })
  }
  return fillPlainFields(object, since)
}

function isIncomplete({ pin = '', config = '', needsNetwork = false }: types.ClevisCustom): boolean {
  const isBlank = pin === '' && config === '' && !needsNetwork
  return !isBlank && (pin === '' || config === '')
}

/** A value that couldn't be absent stays what it was, the empty text, where it may be absent now. */
function fillPlainFields({ schema, value }: RewrittenObject, since: SpecVersion): RewrittenObject['value'] {
  const before = SPEC_VERSIONS[SPEC_VERSIONS.indexOf(since) - 1] ?? since
  const filled: Record<string, unknown> = {}
  for (const [name, field] of fieldsOf(schema, before)) {
    if (value[name] === undefined && isPlain(field, before) && !isPlain(field, since)) filled[name] = ''
  }
  return Object.keys(filled).length === 0 ? value : { ...value, ...filled }
}

function keepAdvertisements({ schema, value, path }: RewrittenObject, report: Report): RewrittenObject['value'] {
  if (schema.name === 'tang' && (value as unknown as types.Tang).advertisement) {
    const message = 'the advertisement is used from now on; Ignition loses it where it upgrades such a config itself'
    const place = { path: [...path, 'advertisement'], since: '3.5.0' } as const
    report({ kind: 'advertisement-takes-effect', ...place, message, isRefused: false })
  }
  return value
}

function clearSpecialBits({ schema, value, path }: RewrittenObject, report: Report): RewrittenObject['value'] {
  if (schema.name !== 'file' && schema.name !== 'directory') return value
  const { mode: before } = value as unknown as types.File
  if (before === undefined) return value
  const special = BigInt(before) & SPECIAL_BITS
  if (special === 0n) return value
  const after = typeof before === 'bigint' ? before - special : before - Number(special)
  const message = `the special bits of mode ${formatMode(before)} had no effect so far and would now, so it becomes ${formatMode(after)}`
  const place = { path: [...path, 'mode'], since: '3.6.0' } as const
  report({ kind: 'mode-bits-cleared', ...place, values: { before, after }, message, isRefused: false })
  return { ...value, mode: after }
}
