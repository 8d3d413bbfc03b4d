import fc from 'fast-check'
import { expect, it } from 'vitest'
import { checkIgnitionConfig } from '../../../src/coreos/index.ts'
import { runMain } from '../../support/run-main.ts'

/** All secrets are made of these letters, no two of which stand side by side in anything else. */
const SECRET = 'zqxzqxzqx'
const LEAK = /zq|qx|xz/

const source = fc.constantFrom(
  `data:,${SECRET}`,
  `data:;base64,${SECRET}`,
  `data:${SECRET}`,
  `DATA:;${SECRET},%`,
  SECRET,
  `${SECRET} ${SECRET}\n`,
  `https://user:${SECRET}@host/path`,
  `https://user:${SECRET}@host:port/`,
  `https://user:${SECRET}@[host/`,
  `https://host/path?token=${SECRET}#${SECRET}`,
  `tcp://user:${SECRET}@host`,
  `s3://bucket/key?versionId=&${SECRET}`,
  `arn:aws:s3:::${SECRET}?versionId=`,
  `http://${SECRET}@host/\u0001`,
)
const url = fc.constantFrom(`http://user:${SECRET}@host`, `https://:${SECRET}@host:port`, `tcp://user:${SECRET}@host/?`)
const contents = fc.constantFrom(SECRET, `[${SECRET}`, `[Service]\n${SECRET}`, `[Service]\nExecStart=${SECRET}\n[x`)
const resource = fc.record(
  {
    source,
    compression: fc.constantFrom('gzip', 'bzip2', null),
    httpHeaders: fc.constant([{ name: 'Authorization', value: `Bearer ${SECRET}` }, { value: SECRET }]),
    verification: fc.record({ hash: fc.constantFrom('sha512-00', 'none') }),
  },
  { requiredKeys: ['source'] },
)
const luks = fc.record({
  name: fc.constantFrom('a', 'a/b'),
  device: fc.constantFrom('/dev/a', 'a'),
  keyFile: resource,
  clevis: fc.record(
    {
      tang: fc.array(fc.record({ url, thumbprint: fc.constantFrom('t', '') }), { maxLength: 2 }),
      custom: fc.record({ pin: fc.constantFrom('tpm2', 'x'), config: fc.constantFrom(`{"key":"${SECRET}"}`, SECRET) }),
    },
    { requiredKeys: [] },
  ),
})
const config = fc.record({
  ignition: fc.record({
    version: fc.constantFrom('3.0.0', '3.2.0', '3.4.0', '3.6.0', '3.99.0'),
    config: fc.record({ merge: fc.array(resource, { maxLength: 2 }), replace: resource }, { requiredKeys: [] }),
    proxy: fc.record({ httpProxy: url, httpsProxy: url }),
    security: fc.record({ tls: fc.record({ certificateAuthorities: fc.array(resource, { maxLength: 2 }) }) }),
  }),
  passwd: fc.constant({
    users: [
      { name: 'core', passwordHash: SECRET },
      { name: 'core', passwordHash: `$6$${SECRET}`, PasswordHash: SECRET, pasword: SECRET },
    ],
    groups: [{ name: 'a', passwordHash: SECRET }],
  }),
  storage: fc.record({
    files: fc.array(fc.record({ path: fc.constantFrom('/a', 'a'), contents: resource }), { maxLength: 3 }),
    luks: fc.array(luks, { maxLength: 2 }),
  }),
  systemd: fc.record({
    units: fc.array(
      fc.record({
        name: fc.constantFrom('a.service', 'a'),
        enabled: fc.boolean(),
        contents,
        dropins: fc.constant([
          { name: 'a.conf', contents: SECRET },
          { name: 'a', contents: `[${SECRET}` },
        ]),
      }),
      { maxLength: 2 },
    ),
  }),
})

/** One slip of the hand, anywhere in the text. */
const slip = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  deleteCount: fc.constantFrom(0, 0, 1, 2, 7, 10_000),
  insert: fc.constantFrom(
    '',
    '',
    '"',
    ':',
    ',',
    '}',
    ']',
    '{',
    '\\',
    '\\u00',
    "'",
    '\n',
    '\t',
    ' ',
    '0',
    'null',
    '//',
    '\u00e9',
  ),
})

const text = fc
  .tuple(config, fc.constantFrom(undefined, 2, '\t'), slip)
  .map(([value, indent, { at, deleteCount, insert }]) => {
    const json = JSON.stringify(value, undefined, indent)
    const index = Math.floor(at * json.length)
    return json.slice(0, index) + insert + json.slice(index + deleteCount)
  })

it.each([
  { name: 'the report', argv: ['--color=never'] },
  { name: 'JSON', argv: ['--json'] },
  { name: 'the format of ignition-validate', argv: ['--compat'] },
])('nothing secret gets into $name', async ({ argv }) => {
  let reportCount = 0
  await fc.assert(
    fc.asyncProperty(text, async (json) => {
      const stdin = new TextEncoder().encode(json)
      const { exitCode, stdout, stderr } = await runMain(['ignition', 'validate', ...argv, '-'], { stdin })
      expect(exitCode).toBeLessThanOrEqual(1)
      reportCount += stdout === '' ? 0 : 1
      expect(stdout + stderr).not.toMatch(LEAK)
    }),
    { numRuns: 300 },
  )
  expect(reportCount).toBeGreaterThan(200)
})

it('nothing secret gets into the error of a check', () => {
  fc.assert(
    fc.property(text, (json) => {
      try {
        checkIgnitionConfig(new TextEncoder().encode(json), 'a.ign')
      } catch (error) {
        const { message, hint, code } = error as Error & { readonly hint: unknown; readonly code: unknown }
        expect(code).toBe('IGNITION_INVALID')
        expect(`${message}${hint}`).not.toMatch(LEAK)
      }
    }),
    { numRuns: 300 },
  )
})

it('nothing secret gets into advice', async () => {
  const config = {
    ignition: {
      version: '3.4.0',
      config: {
        merge: [
          { source: `http://user:${SECRET}@host/?${SECRET}`, verification: { hash: `sha512-${'X'.repeat(128)}` } },
        ],
      },
      proxy: { httpsProxy: `http://user:${SECRET}@host` },
    },
    passwd: { users: [{ name: 'core', passwordHash: SECRET }] },
    storage: {
      files: [
        { path: '/etc/key', mode: 420, contents: { source: `data:,-----BEGIN%20PRIVATE%20KEY-----${SECRET}` } },
        {
          path: '/etc/a',
          mode: 644,
          contents: { source: 'http://host/', httpHeaders: [{ name: 'Authorization', value: SECRET }] },
        },
      ],
      luks: [{ name: 'a', device: '/dev/sda1', keyFile: { source: `data:,${SECRET}` } }],
    },
    systemd: { units: [{ name: 'a@.service', enabled: true, contents: `[Service]\nEnvironment=A=${SECRET}` }] },
  }
  const stdin = new TextEncoder().encode(JSON.stringify(config, undefined, 2))
  for (const argv of [[], ['--json']]) {
    const { stdout, stderr } = await runMain(['ignition', 'validate', ...argv, '-'], { stdin })
    expect(stdout).toContain('secret-in-config')
    expect(stdout + stderr).not.toMatch(LEAK)
  }
})
