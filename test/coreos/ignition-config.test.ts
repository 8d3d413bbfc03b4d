import { describe, expect, it } from 'vitest'
import { checkIgnitionConfig, reviewIgnitionConfig } from '../../src/coreos/index.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('reviewIgnitionConfig', () => {
  it.each([
    '{"ignition":{"version":"3.0.0"}}',
    '{"ignition":{"version":"3.6.0"}}',
    '{"ignition":{"version":"3.7.0-experimental"}}',
    '{"ignition":{"version":"03.3.0"}}',
    '{"Ignition":{"VERSION":"3.3.0"}}',
    ' {"ignition": {"version": "3.3.0"}, "storage": {"files": []}}\n',
  ])('accepts %s', (text) => {
    expect(reviewIgnitionConfig(encode(text))).toBeUndefined()
  })

  it.each([
    { name: 'an empty file', text: '', problem: 'empty' },
    {
      name: 'a missing brace',
      text: '{"ignition":{"version":"3.3.0"}',
      problem: 'not valid JSON',
      line: 1,
      column: 32,
    },
    {
      name: 'a trailing comma',
      text: '{\n  "ignition": {\n    "version": "3.3.0",\n  }\n}\n',
      problem: 'a name in double quotes',
      line: 4,
      column: 3,
    },
    { name: 'a Butane config', text: 'variant: fcos\nversion: 1.5.0\n', problem: 'not valid JSON', line: 1, column: 1 },
    { name: 'no version', text: '{"ignition":{}}', problem: 'no ignition.version' },
    { name: 'a spec 1 config', text: '{"ignitionVersion":1}', problem: 'spec 1' },
    { name: 'a spec 2 config', text: '{"ignition":{"version":"2.2.0"}}', problem: 'too old' },
    { name: 'an unknown version', text: '{"ignition":{"version":"3.99.0"}}', problem: 'not known' },
    { name: 'a version of two parts', text: '{"ignition":{"version":"3.3"}}', problem: 'not known' },
    { name: 'a number as version', text: '{"ignition":{"version":3}}', problem: 'not a string' },
    { name: 'a list', text: '[]', problem: 'no ignition.version' },
  ])('finds $name', ({ text, problem, line, column }) => {
    const finding = reviewIgnitionConfig(encode(text))
    expect(finding?.problem).toContain(problem)
    expect(finding?.hint).not.toBe('')
    expect(finding?.position).toEqual(line === undefined ? undefined : { line, column })
  })

  it('finds bytes that are not text', () => {
    expect(reviewIgnitionConfig(Uint8Array.of(0x1f, 0x8b, 8, 0))?.problem).toContain('not UTF-8')
  })
})

it('checkIgnitionConfig names the file, the line and the column, and shows nothing of the contents', () => {
  expect(() => checkIgnitionConfig(encode('{"secret": "hunter2"'), 'a.ign')).toThrow(
    expect.objectContaining({
      code: 'IGNITION_INVALID',
      message: expect.stringMatching(/parsing Ignition config a\.ign:1:21: (?!.*hunter2)/),
    }),
  )
})
