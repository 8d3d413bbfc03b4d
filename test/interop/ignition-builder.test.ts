import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeDataUrl } from '../../src/formats/data-url/index.ts'
import { buildIgnition, formatIgnition, type Ignition, type IgnitionParts, type SpecVersion } from '../../src/index.ts'
import { encodeGzip as gzip } from '../../src/node/index.ts'
import { runIgnitionValidate } from '../support/ignition-validate.ts'
import { needs } from '../support/needs.ts'

/** The newest version that ignition-validate 2.14 knows. */
const NEWEST_VERSION: SpecVersion = '3.3.0'

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.tuple(fc.string({ maxLength: 10 }), fc.nat(50)).map(([part, count]) => part.repeat(count)),
)
const contents = fc.oneof(
  text,
  fc.uint8Array({ maxLength: 300 }),
  fc.constant({ source: 'https://example.com/a', verification: { hash: `sha512-${'a'.repeat(128)}` } }),
)
const owner = fc.option(fc.oneof(name, fc.nat(65_535)), { nil: undefined })
const mode = fc.option(
  fc.integer({ min: 0, max: 0o777 }).map((bits) => bits.toString(8)),
  { nil: undefined },
)
const node = { user: owner, group: owner, mode }
const flag = fc.option(fc.boolean(), { nil: undefined })

const unitText = fc
  .array(fc.stringMatching(/^(\[Unit\]|\[Install\]|[A-Z][a-z]{0,5}=[ -~]{0,20}|#[ -~]{0,20}|)$/), { maxLength: 8 })
  .map((lines) => `[Service]\n${lines.filter((line) => !line.endsWith('\\')).join('\n')}`)
const dropins = fc.uniqueArray(fc.record({ name: name.map((stem) => `${stem}.conf`), contents: unitText }), {
  selector: (dropin) => dropin.name,
  maxLength: 3,
})
const units = fc.uniqueArray(
  fc.record({ name: name.map((stem) => `${stem}.service`), contents: unitText, enabled: flag, mask: flag, dropins }),
  { selector: (unit) => unit.name, maxLength: 4 },
)

/** Paths in three directories, so that no two lists meet. */
const files = fc.uniqueArray(
  fc.record({
    path: name.map((stem) => `/files/${stem}`),
    contents,
    append: fc.array(contents, { maxLength: 2 }),
    overwrite: flag,
    ...node,
  }),
  { selector: ({ path }) => path, maxLength: 5 },
)
const directories = fc.uniqueArray(fc.record({ path: name.map((stem) => `/directories/${stem}`), ...node }), {
  selector: ({ path }) => path,
  maxLength: 3,
})
const links = fc.uniqueArray(
  fc.record({ path: name.map((stem) => `/links/${stem}`), target: name.map((stem) => `/targets/${stem}`), hard: flag }),
  { selector: ({ path }) => path, maxLength: 3 },
)

const users = fc.uniqueArray(
  fc.record({
    name,
    sshAuthorizedKeys: fc.uniqueArray(
      name.map((comment) => `ssh-ed25519 AAAA ${comment}`),
      { maxLength: 3 },
    ),
    groups: fc.uniqueArray(name, { maxLength: 3 }),
    shouldExist: flag,
  }),
  { selector: (user) => user.name, maxLength: 3 },
)

const parts: fc.Arbitrary<IgnitionParts> = fc.record(
  {
    files,
    directories,
    links,
    units,
    dropins: fc.uniqueArray(
      fc.record({
        unit: name.map((stem) => `${stem}.socket`),
        name: name.map((stem) => `${stem}.conf`),
        contents: unitText,
      }),
      { selector: (dropin) => `${dropin.unit}/${dropin.name}`, maxLength: 3 },
    ),
    users,
    groups: fc.uniqueArray(fc.record({ name, gid: fc.nat(65_535) }), { selector: (group) => group.name, maxLength: 2 }),
    kernelArguments: fc
      .uniqueArray(name, { maxLength: 4 })
      .map((kargs) => ({ shouldExist: kargs.slice(1), shouldNotExist: kargs.slice(0, 1) })),
    mergedConfigs: fc.uniqueArray(text, { maxLength: 2 }),
  },
  { requiredKeys: [] },
)

const options = fc.record({
  gzip: fc.constantFrom(gzip, undefined),
  isOverlay: fc.boolean(),
  version: fc.constantFrom(undefined, NEWEST_VERSION),
})

function decode({ source = '', compression }: Ignition.Resource): Uint8Array {
  const bytes = decodeDataUrl(source)
  return Uint8Array.from(compression === 'gzip' ? gunzipSync(bytes) : bytes)
}

it('makes configs that ignition-validate has no errors for, of any parts that go together', async (context) => {
  needs(context, 'ignition-validate')
  await fc.assert(
    fc.asyncProperty(parts, options, async (given, how) => {
      const { config, notes } = await buildIgnition(given, how)
      const verdict = await runIgnitionValidate(new TextEncoder().encode(formatIgnition(config)))
      expect(verdict).toMatchObject({ exitCode: 0, complaint: '' })
      // later releases warn of what 2.14 does not know
      const warnings = notes.filter(({ severity }) => severity === 'warning')
      expect(verdict.entries.length).toBeLessThanOrEqual(warnings.length)

      for (const [index, { contents: wanted }] of (given.files ?? []).entries()) {
        const resource = config.storage?.files?.[index]?.contents ?? {}
        if (typeof wanted === 'string') expect(decode(resource)).toEqual(new TextEncoder().encode(wanted))
        if (wanted instanceof Uint8Array) expect(decode(resource)).toEqual(wanted)
      }
    }),
    { numRuns: 200 },
  )
})
