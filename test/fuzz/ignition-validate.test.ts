import fc from 'fast-check'
import { expect, it } from 'vitest'
import { encodeUtf8 } from '../../src/bytes/index.ts'
import { configSchema, type Field, fieldsOf, type ObjectSchema } from '../../src/coreos/ignition/model/schema.ts'
import { type FindingKind, SPEC_VERSIONS, type SpecVersion, validateIgnition } from '../../src/index.ts'
import { bulkConfigs } from '../support/ignition-fuzz/bulk.ts'
import { compareWithIgnition } from '../support/ignition-fuzz/compare.ts'
import { ignitionConfigs } from '../support/ignition-fuzz/configs.ts'
import { treeOf, writeTree } from '../support/ignition-fuzz/json-tree.ts'
import { isComparable } from '../support/ignition-fuzz/known-differences.ts'
import { KNOWN_KINDS } from '../support/ignition-fuzz/messages.ts'
import { ignitionMutants } from '../support/ignition-fuzz/mutants.ts'
import { runIgnitionValidate } from '../support/ignition-validate.ts'
import { needs } from '../support/needs.ts'

/** Configs to compare; `ISOKIT_FUZZ_RUNS=100000` for a long run. */
const RUNS = Number(process.env['ISOKIT_FUZZ_RUNS'] || 2000)

/** With how many configs a run has to reach every kind of finding. */
const TELLING_RUNS = 2000

/** `ISOKIT_FUZZ_SEED=1` for the configs of an earlier run with as many; what fails says which it was. */
const SEED = Number(process.env['ISOKIT_FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

/** What runs side by side. The newest spec that Ignition 2.14 knows has the most rules. */
const VERSIONS: readonly SpecVersion[] = ['3.0.0', '3.1.0', '3.2.0', '3.3.0', '3.3.0']

const timeout = 60_000 + RUNS * 40

/** Ends the search for a smaller example in time to tell of the one that is found. */
const timeLimit = { interruptAfterTimeLimit: timeout - 10_000, markInterruptAsFailure: true }

it(`finds the same as Ignition in ${RUNS} configs, most of them wrong`, { timeout }, async (context) => {
  needs(context, 'ignition-validate')
  const seen = new Map<FindingKind, number>()
  const checks = VERSIONS.map((version, index) => {
    const property = fc.asyncProperty(ignitionMutants(version), async ({ bytes }) => {
      if (!isComparable(bytes)) return
      for (const kind of await expectAgreement(bytes)) seen.set(kind, (seen.get(kind) ?? 0) + 1)
    })
    return fc.assert(property, { numRuns: Math.ceil(RUNS / VERSIONS.length), seed: SEED + index, ...timeLimit })
  })
  await allSettled(checks)
  // A generator that rots would go on to agree.
  if (RUNS >= TELLING_RUNS) {
    const missing = KNOWN_KINDS.filter((kind) => !seen.has(kind))
    expect(missing, `kinds of findings that the seed ${SEED} does not reach`).toEqual([])
  }
})

it('finds the same as Ignition in values by the dozen', { timeout }, async (context) => {
  needs(context, 'ignition-validate')
  const checks = VERSIONS.map((version, index) =>
    fc.assert(
      fc.asyncProperty(bulkConfigs(version), async (config) => {
        await expectAgreement(bytesOf(config))
      }),
      { numRuns: Math.ceil(RUNS / 5 / VERSIONS.length), seed: SEED + index, ...timeLimit },
    ),
  )
  await allSettled(checks)
})

it('passes what is made to be valid, and so does Ignition', { timeout }, async (context) => {
  needs(context, 'ignition-validate')
  const checks = [...new Set(VERSIONS)].map((version) =>
    fc.assert(
      fc.asyncProperty(ignitionConfigs(version), async (config) => {
        const bytes = bytesOf(config)
        expect(errorsIn(bytes)).toEqual([])
        expect((await runIgnitionValidate(bytes)).exitCode).toBe(0)
      }),
      { numRuns: Math.ceil(RUNS / 20), seed: SEED },
    ),
  )
  await allSettled(checks)
})

it.each(SPEC_VERSIONS)('makes valid configs with every field of %s', (version) => {
  const wanted = new Set(fieldPaths(configSchema, version))
  const check = fc.property(fc.noBias(ignitionConfigs(version)), (config) => {
    const bytes = bytesOf(config)
    expect(errorsIn(bytes)).toEqual([])
    for (const path of pathsIn(config)) wanted.delete(path)
  })
  fc.assert(check, { numRuns: 500, seed: SEED })
  expect([...wanted]).toEqual([])
})

/** Fails where the two disagree, with the whole config; gives the kinds of what both found. */
async function expectAgreement(bytes: Uint8Array): Promise<readonly FindingKind[]> {
  const verdict = await runIgnitionValidate(bytes)
  const { difference, kinds } = compareWithIgnition(bytes, validateIgnition(bytes).findings, verdict)
  if (difference === undefined) return kinds
  const text = JSON.stringify(new TextDecoder().decode(bytes))
  const hex = isUtf8(bytes) ? '' : `\nin hex: ${Buffer.from(bytes).toString('hex')}`
  throw new Error([difference, 'Ignition:', ...verdict.entries, verdict.complaint, `config: ${text}${hex}`].join('\n'))
}

function errorsIn(bytes: Uint8Array): readonly string[] {
  const { findings } = validateIgnition(bytes)
  return findings.filter(({ severity }) => severity === 'error').map(({ kind, path }) => `${kind} ${path?.join('.')}`)
}

function bytesOf(config: unknown): Uint8Array {
  return encodeUtf8(writeTree(treeOf(config), { gaps: [], escapeEvery: 0 }))
}

function isUtf8(bytes: Uint8Array): boolean {
  return Buffer.from(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)).equals(bytes)
}

/** Waits for all, so that none goes on behind the test's back, and then fails as the first that failed. */
async function allSettled(checks: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(checks)
  const failure = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failure) throw failure.reason
}

/** Every field that a version knows, by its keys from the top. */
function fieldPaths(schema: ObjectSchema, version: SpecVersion, above = ''): readonly string[] {
  return [...fieldsOf(schema, version)].flatMap(([name, field]) => {
    const path = `${above}/${name}`
    const below = schemaBelow(field)
    return [path, ...(below ? fieldPaths(below, version, path) : [])]
  })
}

function schemaBelow(field: Field): ObjectSchema | undefined {
  if (field.type === 'object') return field.schema
  return field.type === 'list' && field.items !== 'string' ? field.items : undefined
}

/** The same of what a config has and is not `null`. */
function pathsIn(value: unknown, above = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((element) => pathsIn(element, above))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) => {
    if (member === undefined || member === null) return []
    return [`${above}/${key}`, ...pathsIn(member, `${above}/${key}`)]
  })
}
