import { describe, expect, it } from 'vitest'
import { encodeUtf8 } from '../../../../src/bytes/index.ts'
import { type IgnitionFinding, validateIgnition } from '../../../../src/coreos/index.ts'

const SECRET = 'hunter2'

function findingsIn(config: object, version = '3.5.0'): readonly IgnitionFinding[] {
  return validateIgnition(encodeUtf8(JSON.stringify({ ...config, ignition: { version, ...ignitionOf(config) } })))
    .findings
}

function ignitionOf(config: object): object {
  return 'ignition' in config ? (config.ignition as object) : {}
}

/** A config of a file with contents. */
function contents(resource: object): object {
  return { storage: { files: [{ path: '/a', contents: resource }] } }
}

describe('what validateIgnition says', () => {
  it.each([
    { name: 'a URL with a password', config: contents({ source: `foo://root:${SECRET}@host/?${SECRET}#${SECRET}` }) },
    { name: 'a password before a host without a scheme', config: contents({ source: `${SECRET}:${SECRET}@host` }) },
    { name: 'a URL with a damaged password', config: contents({ source: `https://root:${SECRET}%@host/` }) },
    { name: 'a URL with a line break', config: contents({ source: `https://host/${SECRET}\n` }) },
    { name: 'a damaged data URL', config: contents({ source: `data:,${SECRET} ${SECRET}` }) },
    { name: 'a data URL without a comma', config: contents({ source: `data:text/plain;${SECRET}` }) },
    { name: 'a data URL of a parameter', config: contents({ source: `data:;a="${SECRET}` }) },
    { name: 'a secret in an ARN', config: contents({ source: `arn:${SECRET}` }) },
    { name: 'a version in S3', config: contents({ source: `s3://${SECRET}/${SECRET}?versionId=` }) },
    {
      name: 'a header',
      config: contents({
        source: 'data:,',
        httpHeaders: [
          { name: '', value: SECRET },
          { name: '', value: SECRET },
        ],
      }),
    },
    {
      name: 'a proxy',
      config: { ignition: { proxy: { httpProxy: `ftp://a:${SECRET}@b/`, httpsProxy: `http://a:${SECRET}@b/` } } },
    },
    {
      name: 'a unit',
      config: {
        systemd: {
          units: [
            { name: 'a.service', contents: `[A]\n${SECRET}`, dropins: [{ name: 'a.conf', contents: `[${SECRET}` }] },
            { name: 'b.service', contents: `[A] ${SECRET}\n` },
            { name: 'c.service', contents: `[A]\nB=${SECRET}`, enabled: true },
          ],
        },
      },
    },
    {
      name: 'encryption',
      config: {
        storage: {
          luks: [
            { name: 'a', device: '/a', keyFile: { source: `data:${SECRET}` }, options: [SECRET, SECRET] },
            { name: 'b', device: '/a', clevis: { custom: { config: SECRET, needsNetwork: true } } },
            {
              name: 'c',
              device: '/a',
              clevis: { tang: [{ url: `ftp://a:${SECRET}@b`, thumbprint: '', advertisement: SECRET }] },
            },
          ],
        },
      },
    },
    {
      name: 'users',
      config: {
        passwd: { users: [1, 2].map(() => ({ name: 'a', passwordHash: SECRET, sshAuthorizedKeys: [SECRET, SECRET] })) },
      },
    },
  ])('shows no secret of $name', ({ config }) => {
    const findings = findingsIn(config)
    expect(findings).not.toEqual([])
    for (const { message, hint } of findings) expect(`${message} ${hint}`).not.toContain(SECRET)
  })

  it.each([
    {
      name: 'a mode in octal digits',
      config: { storage: { files: [{ path: '/a', mode: 644 }] } },
      words: ['01204', '420', '0644'],
    },
    {
      name: 'a mode of five digits',
      config: { storage: { files: [{ path: '/a', mode: 7777 }] } },
      words: ['7777', '4095'],
    },
    {
      name: 'a mode that is meant',
      config: { storage: { files: [{ path: '/a', mode: 0o4755 }] } },
      words: ['04755', '3.6.0'],
    },
    { name: 'a path', config: { storage: { files: [{ path: '/a//b/../c' }] } }, words: ['"/a//b/../c"', '"/a/c"'] },
    { name: 'a scheme', config: contents({ source: 'htp://a' }), words: ['"htp"'] },
    {
      name: 'a label',
      config: { storage: { luks: [{ name: 'a', device: '/a', label: 'é'.repeat(24) }] } },
      words: ['48', '47'],
    },
    { name: 'a hash', config: contents({ source: '', verification: { hash: 'sha256-12' } }), words: ['64', '2'] },
  ])('names what is wrong with $name, and how to mend it', ({ config, words }) => {
    const [{ message, hint } = { message: '' }] = findingsIn(config)
    for (const word of words) expect(`${message} ${hint}`).toContain(word)
  })

  it('names the version that knows a scheme', () => {
    expect(findingsIn(contents({ source: 'gs://a/b' }), '3.1.0')[0]?.hint).toContain('3.2.0')
  })

  it('repeats no more than a part of a long value, and no control characters', () => {
    const [finding] = findingsIn({ storage: { files: [{ path: `\u001b[31m${'a'.repeat(10_000)}` }] } })
    expect(finding?.message.length).toBeLessThan(200)
    expect(finding?.message).not.toContain('\u001b')
  })

  it('gives a hint with every finding', () => {
    const text =
      '{"ignition":{"version":"3.3.0"},"storage":{"files":[{"mode":9999,"Path":"a"},null],"links":[{"path":"/"}]}}'
    const { findings } = validateIgnition(encodeUtf8(text))
    expect(findings.length).toBeGreaterThan(5)
    expect(findings.filter(({ hint }) => !hint)).toEqual([])
  })
})
