import { describe, expect, it } from 'vitest'
import { encodeUtf8 } from '../../../../src/bytes/index.ts'
import {
  FINDING_KINDS,
  formatIgnitionPath,
  SPEC_VERSIONS,
  type SpecVersion,
  validateIgnition,
} from '../../../../src/coreos/index.ts'
import { treeOf, writeTree } from '../../../support/ignition-fuzz/json-tree.ts'
import { diskCases } from './rule-cases/disks.ts'
import { filesystemCases } from './rule-cases/filesystems.ts'
import { listAndKeyCases } from './rule-cases/lists-and-keys.ts'
import { luksCases } from './rule-cases/luks.ts'
import { nodeCases } from './rule-cases/nodes.ts'
import { resourceCases } from './rule-cases/resources.ts'
import type { RuleCase } from './rule-cases/rule-case.ts'
import { systemdCases } from './rule-cases/systemd.ts'

const SUBJECTS = {
  'files, directories and links': nodeCases,
  'resources and proxies': resourceCases,
  'units and drop-ins': systemdCases,
  'disks, partitions and arrays': diskCases,
  filesystems: filesystemCases,
  'encrypted volumes': luksCases,
  'repeats and keys': listAndKeyCases,
} satisfies Readonly<Record<string, readonly RuleCase[]>>

/** Found before there is a config that rules could look at. */
const KINDS_OF_TEXT: readonly string[] = [
  'empty-config',
  'json-syntax',
  'json-eof',
  'json-depth',
  'json-type',
  'config-too-large',
  'version-invalid',
  'version-unsupported',
  'version-above-maximum',
]

describe.each(Object.entries(SUBJECTS))('validateIgnition, on %s', (_, cases) => {
  it.each(cases)('finds what there is in $name', ({ config, finds }) => {
    const expected = expectationsOf(finds)
    const found = Object.keys(expected).map((version) => [version, findingsIn(config, version as SpecVersion)])
    expect(Object.fromEntries(found)).toEqual(expected)
  })
})

it('has cases for every kind of error and warning', () => {
  const finds = Object.values(SUBJECTS).flatMap((cases) =>
    cases.flatMap(({ finds }) => Object.values(expectationsOf(finds))),
  )
  const reached = new Set(finds.flat().map((line) => line.split(' ')[0]))
  const kinds = Object.entries(FINDING_KINDS).flatMap(([kind, severity]) => (severity === 'advice' ? [] : [kind]))
  expect(kinds.filter((kind) => !reached.has(kind))).toEqual(KINDS_OF_TEXT)
})

/** What should be found, version by version. */
function expectationsOf(finds: RuleCase['finds']): Partial<Record<SpecVersion, readonly string[]>> {
  const byVersion: RuleCase['finds'] = Array.isArray(finds) ? { '3.0.0': finds } : finds
  const expected: Partial<Record<SpecVersion, readonly string[]>> = {}
  let current: readonly string[] | undefined
  for (const version of SPEC_VERSIONS) {
    current = (byVersion as Partial<Record<SpecVersion, readonly string[]>>)[version] ?? current
    if (current) expected[version] = current
  }
  return expected
}

function findingsIn(config: RuleCase['config'], version: SpecVersion): readonly string[] {
  const ignition = { ...(config['ignition'] as object | undefined), version }
  const text = writeTree(treeOf({ ...config, ignition }), { gaps: [], escapeEvery: 0 })
  return validateIgnition(encodeUtf8(text)).findings.map(({ kind, severity, path = [] }) => {
    expect(severity).toBe(FINDING_KINDS[kind])
    return `${kind} ${formatIgnitionPath(path)}`
  })
}
