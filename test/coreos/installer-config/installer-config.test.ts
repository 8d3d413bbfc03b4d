import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeUtf8 } from '../../../src/bytes/index.ts'
import {
  formatConsoleSpec,
  formatInstallerConfig,
  INSTALLER_KEYS,
  parseConsoleSpec,
  parseInstallerConfig,
  readInstallerConfig,
} from '../../../src/coreos/index.ts'

describe('parseInstallerConfig takes', () => {
  it.each([
    { name: 'nothing', text: '', config: {} },
    { name: 'a comment alone', text: '# later\n', config: {} },
    { name: 'a null document', text: '---\n~\n', config: {} },
    {
      name: 'lists in block and flow style',
      text: 'append-karg: [a, b=c]\ndelete-karg:\n  - d\n',
      config: { 'append-karg': ['a', 'b=c'], 'delete-karg': ['d'] },
    },
    { name: 'an empty value as an empty list', text: 'append-karg:\n', config: { 'append-karg': [] } },
    { name: 'an empty value as no text', text: 'dest-device: ~\nstream: null\n', config: {} },
    {
      name: 'numbers and booleans where texts belong',
      text: 'platform: 012\nappend-karg: [1, true, null]\n',
      config: { platform: '012', 'append-karg': ['1', 'true', 'null'] },
    },
    {
      name: 'booleans in three spellings',
      text: 'offline: true\ninsecure: True\ncopy-network: FALSE\n',
      config: { offline: true, insecure: true, 'copy-network': false },
    },
    { name: 'aliases', text: 'stream: &a stable\nplatform: *a\n', config: { stream: 'stable', platform: 'stable' } },
    {
      name: 'a version directive, a byte order mark and CRLF',
      text: '\ufeff%YAML 1.1\r\n---\r\nstream: a\r\n',
      config: { stream: 'a' },
    },
    {
      name: 'partition ranges',
      text: 'save-partindex: [1, 1-3, "-3", 5-, "1,2-4"]\n',
      config: { 'save-partindex': ['1', '1-3', '-3', '5-', '1,2-4'] },
    },
    { name: 'retries', text: 'fetch-retries: infinite\n', config: { 'fetch-retries': 'infinite' } },
  ])('$name', async ({ text, config }) => {
    const parsed = await parseInstallerConfig(encodeUtf8(text))
    expect({ config: parsed.config, problems: parsed.problems }).toEqual({ config, problems: [] })
  })
})

describe('parseInstallerConfig refuses', () => {
  it.each([
    { name: 'an unknown key', text: 'stream: a\nfoo: 1\n', at: '2:1', says: 'unknown key "foo"' },
    { name: 'an option that is no key', text: 'config-file: [a]\n', at: '1:1', says: 'unknown key' },
    { name: 'a merge key', text: '<<: {stream: a}\n', at: '1:1', says: 'unknown key "<<"' },
    { name: 'a key that comes twice', text: 'stream: a\nstream: b\n', at: '2:1', says: 'unique' },
    { name: 'a list as a whole', text: '- a\n', at: '1:1', says: 'mapping' },
    { name: 'a text where a list belongs', text: 'append-karg: a\n', at: '1:14', says: 'list' },
    { name: 'a list where a text belongs', text: 'stream:\n  - a\n', at: '2:3', says: 'text' },
    { name: 'a list in a list', text: 'append-karg: [[a]]\n', at: '1:15', says: 'text' },
    { name: 'a word that is no boolean any more', text: 'offline: yes\n', at: '1:10', says: 'true or false' },
    { name: 'a quoted boolean', text: 'offline: "true"\n', at: '1:10', says: 'true or false' },
    { name: 'an empty boolean', text: 'offline:\n', at: '1:9', says: 'true or false' },
    { name: 'a relative URL', text: 'image-url: x/y\n', at: '1:12', says: 'URL' },
    { name: 'white space in a URL', text: 'ignition-url: http://a/ b\n', at: '1:15', says: 'white space' },
    { name: 'a short digest', text: 'ignition-hash: sha256-00\n', at: '1:16', says: '64 digits' },
    { name: 'an unknown digest', text: 'ignition-hash: md5-00\n', at: '1:16', says: 'sha256-HEX' },
    { name: 'a negative number of retries', text: 'fetch-retries: -1\n', at: '1:16', says: 'number' },
    { name: 'a console that is split at its comma', text: 'console: [ttyS0,115200n8]\n', at: '1:17', says: 'console' },
    { name: 'a partition 0', text: 'save-partindex: [0]\n', at: '1:18', says: 'start at 1' },
    { name: 'a range backwards', text: 'save-partindex: [9-7]\n', at: '1:18', says: 'ends before' },
    { name: 'a range with two open ends', text: 'save-partindex: ["-"]\n', at: '1:18', says: 'no range' },
    { name: 'an unclosed bracket of a glob', text: 'save-partlabel: ["[a"]\n', at: '1:18', says: '' },
    { name: 'a glob that its comma cuts in two', text: 'save-partlabel: ["[a,b]"]\n', at: '1:18', says: '' },
    { name: 'a tab as indent', text: 'stream:\n\ta\n', at: '2:1', says: '' },
    { name: 'an open quote', text: 'stream: "a\n', at: '2:1', says: '' },
    { name: 'a second document', text: 'stream: a\n---\nstream: b\n', at: '2:1', says: 'more than one document' },
    { name: 'an alias without an anchor', text: 'stream: *a\n', at: '1:9', says: 'anchor' },
  ])('$name', async ({ text, at, says }) => {
    const { problems } = await parseInstallerConfig(encodeUtf8(text))
    expect(problems.map(({ line, column }) => `${line}:${column}`)).toContain(at)
    expect(problems[0]?.message).toContain(says)
  })

  it('bytes that are no text', async () => {
    const { problems } = await parseInstallerConfig(Uint8Array.of(0x61, 0xff))
    expect(problems).toMatchObject([{ line: 1, column: 1 }])
  })

  it('aliases that multiply, soon', async () => {
    const level = (name: string, below: string) => `&${name} [${Array.from({ length: 10 }, () => below).join(', ')}]`
    const bomb = 'bcdefghi'
      .split('')
      .reduce(
        (text, name, index) => `${text}\n- ${level(name, `*${'abcdefgh'[index]}`)}`,
        `append-karg:\n- ${level('a', 'x')}`,
      )
    const start = performance.now()
    const { problems } = await parseInstallerConfig(encodeUtf8(bomb))
    expect(problems[0]?.message).toContain('10000 values')
    expect(performance.now() - start).toBeLessThan(2000)
  })

  it.each(['&a [*a, *a]', `${'['.repeat(200)}${']'.repeat(200)}`])('what is endlessly deep: %s', async (value) => {
    const { problems } = await parseInstallerConfig(encodeUtf8(`stream: ${value}\n`))
    expect(problems[0]?.message).toContain('deep')
  })
})

describe('parseInstallerConfig, at its limits, takes the last that fits and not the first that does not:', () => {
  const nested = (depth: number) => `stream: ${'['.repeat(depth)}${']'.repeat(depth)}\n`
  const listed = (count: number) => `append-karg: [${Array.from({ length: count }, () => 'a').join(', ')}]\n`

  it.each([
    {
      name: 'bytes',
      fits: '#'.repeat(1024 * 1024),
      tooMuch: '#'.repeat(1024 * 1024 + 1),
      says: 'more than 1048576 bytes',
    },
    // With the mapping, its key and the list.
    { name: 'values', fits: listed(10_000 - 3), tooMuch: listed(10_000 - 2), says: 'more than 10000 values' },
    { name: 'depth', fits: nested(32), tooMuch: nested(33), says: 'more than 32 deep' },
    {
      name: 'retries',
      fits: 'fetch-retries: 4294967295\n',
      tooMuch: 'fetch-retries: 4294967296\n',
      says: 'neither a number',
    },
  ])('$name', async ({ fits, tooMuch, says }) => {
    const messagesOf = async (text: string) =>
      (await parseInstallerConfig(encodeUtf8(text))).problems.map(({ message }) => message)
    expect(await messagesOf(fits)).not.toContainEqual(expect.stringContaining(says))
    expect(await messagesOf(tooMuch)).toEqual([expect.stringContaining(says)])
  })
})

it('tells all problems of a config together, with the places', async () => {
  const reading = readInstallerConfig(encodeUtf8('foo: 1\noffline: maybe\n'), 'a.yaml')
  await expect(reading).rejects.toMatchObject({
    code: 'INSTALLER_CONFIG_INVALID',
    message: expect.stringMatching(/parsing installer config a\.yaml:1:1: .*foo.*a\.yaml:2:10: offline/s),
  })
})

it.each([
  { wrong: 'dest_device', right: 'dest-device' },
  { wrong: 'Stream', right: 'stream' },
  { wrong: 'install-dev', right: 'dest-device' },
])('suggests $right for $wrong', async ({ wrong, right }) => {
  const { problems } = await parseInstallerConfig(encodeUtf8(`${wrong}: a\n`))
  expect(problems[0]?.hint).toBe(`Write ${right}`)
})

describe('formatInstallerConfig', () => {
  it('writes keys in the order of the installer, and nothing for what is not set', () => {
    const config = {
      'dest-device': '/dev/sda',
      'copy-network': true,
      offline: false,
      console: ['tty0'],
      'delete-karg': [],
      'ignition-file': '/a',
    }
    expect(formatInstallerConfig(config)).toBe(
      'ignition-file: /a\nconsole:\n- tty0\ncopy-network: true\ndest-device: /dev/sda\n',
    )
  })

  it.each(['a: b', '# c', '12', '0x1f', 'true', '1e3', '.5', '', 'null', ' a', '*a', '{a}', '-', '--- a', '...', 'a:'])(
    'quotes %j',
    (text) => {
      expect(formatInstallerConfig({ stream: text })).toBe(`stream: '${text}'\n`)
    },
  )

  it.each([
    "it's",
    'console=ttyS0,115200n8',
    '/dev/disk/by-id/wwn-0x5',
    'a#b',
    '-x',
    'yes',
    '12ab',
    '-- a',
    'ip=10.0.0.1::10.0.0.254:255.255.255.0:h:e:none',
  ])('leaves %j plain', (text) => {
    expect(formatInstallerConfig({ stream: text })).toBe(`stream: ${text}\n`)
  })

  it('writes what parseInstallerConfig reads back', async () => {
    const text = fc.string({ unit: 'grapheme' })
    const config = fc.record(
      {
        stream: text,
        'append-karg': fc.array(text, { minLength: 1 }),
        offline: fc.constant(true),
        'dest-device': text,
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(config, async (value) => {
        const { config, problems } = await parseInstallerConfig(encodeUtf8(formatInstallerConfig(value)))
        expect({ config, problems }).toEqual({
          config: value,
          problems: [],
        })
      }),
    )
  })

  it('has a place for every key', () => {
    expect(INSTALLER_KEYS).toHaveLength(23)
  })
})

describe('a console spec', () => {
  it.each([
    ['tty0', 'tty0'],
    ['hvc0', 'hvc0'],
    ['ttysclp0', 'ttysclp0'],
    ['ttyS0', 'ttyS0,9600n8'],
    ['ttyAMA255,115200', 'ttyAMA255,115200n8'],
    ['ttyS2,5o', 'ttyS2,5o8'],
    ['ttyS0,4294967295e5', 'ttyS0,4294967295e5'],
  ])('%s means %s', (text, canonical) => {
    expect(formatConsoleSpec(parseConsoleSpec(text))).toBe(canonical)
  })

  it.each([
    'tty1',
    'hvc1',
    'ttyB0',
    'ttyS',
    'ttyS256',
    'ttyS0,',
    'ttyS0,z',
    'ttyS0,115200p8',
    'ttyS0,115200n4',
    'ttyS0,115200n8r',
    'ttyS0,4294967296',
    'console=ttyS0',
    '/dev/ttyS0',
    ' tty0',
    '',
  ])('%j is refused', (text) => {
    expect(() => parseConsoleSpec(text)).toThrowError(expect.objectContaining({ code: 'CONSOLE_INVALID' }))
  })
})
