import type { IgnitionPath } from '../model/path.ts'
import type { ObjectName, ObjectTypes } from '../model/schema.ts'
import type { IgnitionConfig } from '../model/types.ts'
import { isAtLeast, laterVersion, NEWEST_VERSION, type SpecVersion } from '../model/versions.ts'
import { walkObjects } from '../validate/walk.ts'

/** Something in a config that earlier versions don't have. */
export interface VersionNeed {
  /** The first version that has it. */
  readonly since: SpecVersion
  readonly path: IgnitionPath
  /** What it is, such as `mountOptions` or `a setuid, setgid or sticky bit`. */
  readonly feature: string
}

/** A value under a key that all versions know, which not all of them take. */
interface ValueNeed {
  readonly since: SpecVersion
  readonly below: IgnitionPath
  readonly feature: string
}

type ValueRules = {
  readonly [Name in ObjectName]?: (value: ObjectTypes[Name], config: IgnitionConfig) => readonly ValueNeed[]
}

/** Pins that every version with custom pins takes. */
const FIRST_PINS = ['tpm2', 'tang', 'sss']

const SCHEMES_SINCE: readonly (readonly [RegExp, string, SpecVersion])[] = [
  [/^gs:/i, 'a gs: URL', '3.2.0'],
  [/^arn:/i, 'an arn: URL', '3.4.0'],
]

const valueRules: ValueRules = {
  reference: needsOfSource,
  replacement: needsOfSource,
  authority: needsOfSource,
  resource: needsOfSource,
  verification: ({ hash = '' }) =>
    hash.startsWith('sha256-') ? [{ since: '3.1.0', below: ['hash'], feature: 'a SHA-256 hash' }] : [],
  filesystem: ({ format }) => {
    if (format === 'none') return [{ since: '3.3.0', below: ['format'], feature: 'format none' }]
    return format === 'virtiofs' ? [{ since: '3.7.0-experimental', below: ['format'], feature: 'format virtiofs' }] : []
  },
  clevisCustom: ({ pin = '' }) =>
    pin === '' || FIRST_PINS.includes(pin)
      ? []
      : [{ since: '3.6.0', below: ['pin'], feature: 'a clevis pin of its own' }],
  file: needsOfMode,
  directory: needsOfMode,
}

/**
 * Finds what in a config needs more than spec 3.0.0: fields that came later, and values that earlier versions refuse or
 * read in another way. In the order of Ignition's own walk; fields of an object come before its values.
 */
export function findVersionNeeds(config: IgnitionConfig): readonly VersionNeed[] {
  const needs: VersionNeed[] = []
  walkObjects(config, NEWEST_VERSION, ({ schema, value, path }) => {
    for (const [name, { since }] of schema.fields) {
      if (since !== undefined && hasContent(value[name])) needs.push({ since, path: [...path, name], feature: name })
    }
    for (const { since, below, feature } of valueRules[schema.name]?.(value as never, config) ?? []) {
      needs.push({ since, path: [...path, ...below], feature })
    }
  })
  return needs
}

/** The lowest spec version that has all that is used in a config. */
export function lowestVersion(config: IgnitionConfig): SpecVersion {
  return findVersionNeeds(config).reduce<SpecVersion>((lowest, { since }) => laterVersion(lowest, since), '3.0.0')
}

/** Empty lists and objects mean nothing, in any version. */
function hasContent(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value !== undefined
  return Object.values(value).some(hasContent)
}

function needsOfSource({ source = '' }: ObjectTypes['resource']): readonly ValueNeed[] {
  return SCHEMES_SINCE.filter(([pattern]) => pattern.test(source)).map(([, feature, since]) => {
    return { since, below: ['source'], feature }
  })
}

/** The bits have no effect before 3.6.0, so a config of such a version doesn't need them. */
function needsOfMode(
  { mode = 0 }: ObjectTypes['file'] | ObjectTypes['directory'],
  config: IgnitionConfig,
): readonly ValueNeed[] {
  const isEffective = isAtLeast(config.ignition.version, '3.6.0') && (BigInt(mode) & 0o7000n) !== 0n
  return isEffective ? [{ since: '3.6.0', below: ['mode'], feature: 'a setuid, setgid or sticky bit' }] : []
}
