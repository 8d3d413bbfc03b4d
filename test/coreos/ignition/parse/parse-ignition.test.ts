import { describe, expect, it } from 'vitest'
import { formatIgnitionPath, parseIgnition } from '../../../../src/coreos/index.ts'

function parse(text: string): ReturnType<typeof parseIgnition> {
  return parseIgnition(new TextEncoder().encode(text))
}

/** A 3.4.0 config with more members, written as in JSON. */
function configText(members: string): string {
  return `{"ignition":{"version":"3.4.0"},${members}}`
}

function sectionsOf(members: string): unknown {
  const { ignition: _, ...sections } = parse(configText(members)).config ?? { ignition: undefined }
  return sections
}

describe('parseIgnition', () => {
  it.each([
    { name: 'matches keys in any case', text: '"Storage":{"FILES":[{"Path":"/a"}]}', to: { files: [{ path: '/a' }] } },
    { name: 'folds the long s and the Kelvin sign', text: '"\u017ftorage":{"lin\u212as":[]}', to: { links: [] } },
    {
      name: 'prefers no case over the other',
      text: '"storage":{"files":[],"Files":[{"path":"/a"}]}',
      to: { files: [{ path: '/a' }] },
    },
    {
      name: 'adds repeated objects up',
      text: '"storage":{"links":[]},"storage":{"files":[]}',
      to: { links: [], files: [] },
    },
    {
      name: 'lays repeated lists over each other',
      text: '"storage":{"files":[{"path":"/a","mode":1},{"path":"/b"}],"files":[{"mode":2}]}',
      to: { files: [{ path: '/a', mode: 2 }] },
    },
    {
      name: 'forgets a list at null',
      text: '"storage":{"files":[{"path":"/a"}],"files":null,"files":[{"mode":2}]}',
      to: { files: [{ path: '', mode: 2 }] },
    },
    {
      name: 'forgets an optional value at null',
      text: '"storage":{"files":[{"path":"/a","mode":1,"mode":null}]}',
      to: { files: [{ path: '/a' }] },
    },
    {
      name: 'keeps a value that must be there at null',
      text: '"storage":{"files":[{"path":"/a","path":null}]}',
      to: { files: [{ path: '/a' }] },
    },
    {
      name: 'keeps the number of a partition at null, which can be absent all the same',
      text: '"storage":{"disks":[{"device":"/a","partitions":[{"number":1,"number":null}]}]}',
      to: { disks: [{ device: '/a', partitions: [{ number: 1 }] }] },
    },
    { name: 'keeps an object at null', text: '"storage":{"files":[]},"storage":null', to: { files: [] } },
    { name: 'makes empty elements of null', text: '"storage":{"files":[null]}', to: { files: [{ path: '' }] } },
    { name: 'ignores unknown keys', text: '"storage":{"__proto__":{"files":1},"constructor":[1e999]}', to: {} },
    { name: 'reads escapes in keys', text: '"stor\\u0061ge":{}', to: {} },
    {
      name: 'replaces lone surrogates',
      text: '"storage":{"files":[{"path":"/\\ud800"}]}',
      to: { files: [{ path: '/\ufffd' }] },
    },
  ])('$name', ({ text, to }) => {
    expect(sectionsOf(text)).toEqual({ storage: to })
  })

  it.each([
    { text: '0', value: 0 },
    { text: '-0', value: 0 },
    { text: '9007199254740991', value: 9007199254740991 },
    { text: '9007199254740993', value: 9007199254740993n },
    { text: '9223372036854775807', value: 2n ** 63n - 1n },
    { text: '-9223372036854775808', value: -(2n ** 63n) },
  ])('reads the integer $text exactly', ({ text, value }) => {
    expect(sectionsOf(`"passwd":{"users":[{"name":"a","uid":${text}}]}`)).toEqual({
      passwd: { users: [{ name: 'a', uid: value }] },
    })
  })

  it.each(['9223372036854775808', '-9223372036854775809', '1.0', '1e3', '"1"', 'true', '[]', '{}'])(
    'refuses %s where an integer belongs',
    (value) => {
      const { config, version, findings } = parse(configText(`"passwd":{"users":[{"uid":${value}}]}`))
      expect({ config, version }).toEqual({ config: undefined, version: '3.4.0' })
      expect(findings).toMatchObject([{ severity: 'error', kind: 'json-type', path: undefined }])
    },
  )

  it('stops at the first wrong type in the order of the text', () => {
    const text = configText('"systemd":1,"passwd":[]')
    expect(parse(text).findings).toMatchObject([{ position: { line: 1, column: text.indexOf('1,"passwd') + 2 } }])
  })

  it('looks at the version before anything else', () => {
    expect(parse('{"storage":7,"ignition":{"version":"9.9.9","config":1}}').findings).toMatchObject([
      { kind: 'version-unsupported' },
    ])
  })

  it('takes strings that older versions can not leave out as empty', () => {
    const links = '"storage":{"links":[{"path":"/a"}]}'
    expect(parse(`{"ignition":{"version":"3.2.0"},${links}}`).config?.storage).toEqual({
      links: [{ path: '/a', target: '' }],
    })
    expect(parse(`{"ignition":{"version":"3.3.0"},${links}}`).config?.storage).toEqual({ links: [{ path: '/a' }] })
  })

  it('leaves out what the version does not know', () => {
    expect(parse('{"ignition":{"version":"3.0.0"},"kernelArguments":{"shouldExist":["a"]}}').config).toEqual({
      ignition: { version: '3.0.0' },
    })
  })

  it('writes the version as it is understood', () => {
    expect(parse('{"ignition":{"version":"03.4.0-"}}').config).toEqual({ ignition: { version: '3.4.0' } })
  })

  it.each([
    { text: '', kind: 'empty-config', position: undefined, says: 'empty' },
    { text: ' ', kind: 'json-eof', position: { line: 0, column: 0 }, says: 'JSON' },
    { text: '\ufeff{}', kind: 'json-syntax', position: { line: 1, column: 2 }, says: 'byte order mark' },
    { text: '<!DOCTYPE html>\n<html>', kind: 'json-syntax', position: { line: 1, column: 2 }, says: 'web page' },
    { text: 'variant: fcos\nversion: 1.5.0\n', kind: 'json-syntax', position: { line: 1, column: 2 }, says: 'Butane' },
    { text: '# notes\nstorage:\n  files: []\n', kind: 'json-syntax', position: { line: 1, column: 2 }, says: 'Butane' },
    { text: '{"ignition":{"version":"3.4.0"}', kind: 'json-eof', position: { line: 0, column: 0 }, says: 'ends' },
    { text: '[]\n', kind: 'json-type', position: { line: 1, column: 2 }, says: 'object' },
    { text: 'null', kind: 'version-invalid', position: undefined, says: 'no ignition.version' },
    { text: '{"ignitionVersion":1}', kind: 'version-invalid', position: undefined, says: 'spec 1' },
    { text: '{"ignition":{"version":"2.3.0"}}', kind: 'version-unsupported', position: undefined, says: 'older' },
    { text: '{"ignition":{"version":"3.9.0"}}', kind: 'version-unsupported', position: undefined, says: 'newer' },
    {
      text: '{"ignition":{"version":"3.6.0-experimental"}}',
      kind: 'version-unsupported',
      position: undefined,
      says: 'experiment',
    },
    {
      text: '{"ignition":{"version":"3.4.0+x"}}',
      kind: 'version-unsupported',
      position: undefined,
      says: 'does not exist',
    },
    {
      text: '{"ignition":{"version":"v3.4.0"}}',
      kind: 'version-invalid',
      position: undefined,
      says: 'not a version number',
    },
  ])('says of $text that it is $says', ({ text, kind, position, says }) => {
    const { config, findings } = parse(text)
    expect(config).toBeUndefined()
    expect(findings).toEqual([expect.objectContaining({ severity: 'error', kind, position })])
    expect(findings[0]?.message).toContain(says)
  })

  it.each([
    { name: 'UTF-16 with a mark', bytes: [0xff, 0xfe, 0x7b, 0], says: 'UTF-16' },
    { name: 'UTF-16 without one', bytes: [0x7b, 0, 0x7d, 0], says: 'UTF-16' },
    { name: 'gzip data', bytes: [0x1f, 0x8b, 8, 0], says: 'gzip' },
  ])('recognizes $name', ({ bytes, says }) => {
    expect(parseIgnition(Uint8Array.from(bytes)).findings[0]?.message).toContain(says)
  })

  it('answers to a hundred million brackets at once', () => {
    const { findings } = parseIgnition(new Uint8Array(100_000_000).fill(0x5b))
    expect(findings).toMatchObject([{ kind: 'json-depth', position: { line: 1, column: 10_002 } }])
  })
})

describe('the text of a config', () => {
  const text = '{\n  "ignition": {"version": "3.4.0"},\n\t"storage": {"files": [\n{"path": "/é", "mode": 1}]}}'

  it.each([
    { path: ['ignition', 'version'], position: { line: 2, column: 27 }, spells: '"3.4.0"' },
    { path: ['storage'], position: { line: 3, column: 14 }, spells: '{' },
    { path: ['storage', 'files', 0], position: { line: 4, column: 2 }, spells: '{' },
    { path: ['storage', 'files', 0, 'mode'], position: { line: 4, column: 25 }, spells: '1' },
    { path: ['storage', 'files', 0, 'user', 'id'], position: { line: 4, column: 2 }, spells: '{' },
    { path: ['storage', 'files', 7], position: { line: 3, column: 24 }, spells: '[' },
    { path: ['Storage', 'files'], position: { line: 1, column: 2 }, spells: '{' },
  ])('has a place for $path', ({ path, position, spells }) => {
    const parsed = parse(text)
    const place = parsed.text?.placeOf(path)
    expect(place?.position).toEqual(position)
    const { start = 0, end = 0 } = place?.span ?? {}
    expect(new TextDecoder().decode(parsed.text?.bytes.subarray(start, end))).toBe(spells)
  })

  it('takes the last of repeated keys', () => {
    const { text } = parse('{"ignition":{"version":"3.4.0"},\n"storage":{},\n"storage":{}}')
    expect(text?.placeOf(['storage']).position).toEqual({ line: 3, column: 12 })
  })
})

it('formatIgnitionPath writes paths as Ignition does', () => {
  expect(formatIgnitionPath([])).toBe('$')
  expect(formatIgnitionPath(['storage', 'files', 0, 'path'])).toBe('$.storage.files.0.path')
})
