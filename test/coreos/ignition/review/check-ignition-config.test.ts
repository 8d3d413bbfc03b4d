import { describe, expect, it } from 'vitest'
import { checkIgnitionConfig, formatIgnitionFinding, validateIgnition } from '../../../../src/coreos/index.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('checkIgnitionConfig', () => {
  it.each([
    '{"ignition":{"version":"3.0.0"}}',
    '{"ignition":{"version":"3.7.0-experimental"}}',
    '{"Ignition":{"VERSION":"03.3.0"}}',
    '{"ignition":{"version":"3.3.0"},"storage":{"files":[{"path":"/a","mode":4095}]}}', // a warning
  ])('accepts %s', (text) => {
    expect(() => checkIgnitionConfig(encode(text), 'a.ign')).not.toThrow()
  })

  it.each([
    { name: 'an empty file', text: '', place: 'a.ign:' },
    { name: 'a missing brace', text: '{"ignition":{"version":"3.3.0"}', place: 'a.ign:1:32:' },
    { name: 'a trailing comma', text: '{\n  "ignition": {\n    "version": "3.3.0",\n  }\n}\n', place: 'a.ign:4:3:' },
    { name: 'no version', text: '{"ignition":{}}', place: 'a.ign:' },
    { name: 'an unknown version', text: '{"ignition":\n{"version":"3.99.0"}}', place: 'a.ign:2:12:' },
    {
      name: 'a relative path',
      text: '{"ignition":{"version":"3.3.0"},\n "storage":{"files":[{"path":"etc/motd"}]}}',
      place: 'a.ign:2:30 ($.storage.files.0.path):',
    },
  ])('names the file and the place of $name', ({ text, place }) => {
    expect(() => checkIgnitionConfig(encode(text), 'a.ign')).toThrow(
      expect.objectContaining({
        code: 'IGNITION_INVALID',
        message: expect.stringMatching(`^parsing Ignition config ${place.replace(/[$().]/g, '\\$&')} \\S`),
      }),
    )
  })

  it('says how many more errors there are', () => {
    const paths = (count: number): Uint8Array =>
      encode(
        JSON.stringify({
          ignition: { version: '3.3.0' },
          storage: { files: Array.from({ length: count }, (_, index) => ({ path: `a${index}` })) },
        }),
      )
    expect(() => checkIgnitionConfig(paths(1), 'a.ign')).toThrow(/(?<!error\))$/)
    expect(() => checkIgnitionConfig(paths(2), 'a.ign')).toThrow(/\(and 1 more error\)$/)
    expect(() => checkIgnitionConfig(paths(3), 'a.ign')).toThrow(/\(and 2 more errors\)$/)
  })

  it('shows nothing of the contents', () => {
    expect(() => checkIgnitionConfig(encode('{"secret": "hunter2"'), 'a.ign')).toThrow(/a\.ign:1:21: (?!.*hunter2)/)
  })
})

it('formatIgnitionFinding is one line for each finding', () => {
  const bytes = encode('{"ignition":{"version":"3.3.0"},\n"a":1,"b":2}')
  const lines = validateIgnition(bytes).findings.map((finding) => formatIgnitionFinding(finding, bytes, 'a.ign'))
  expect(lines).toEqual([expect.stringContaining('a.ign:2:1 ($.a): '), expect.stringContaining('a.ign:2:7 ($.b): ')])
})
