import { describe, expect, it } from 'vitest'
import { excerptOf } from '../../../src/cli/ignition-report/excerpt.ts'
import { presentFindings } from '../../../src/cli/ignition-report/present-report.ts'
import { textWidth } from '../../../src/cli/text-width.ts'
import { validateIgnition } from '../../../src/coreos/index.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The excerpt for what stands between « and »; the carets' columns are between the same marks. */
function excerpt(marked: string, field?: string): string | undefined {
  const [before = '', meant = '', after = ''] = marked.split(/[«»]/)
  const start = encode(before).byteLength
  const shown = excerptOf(encode(before + meant + after), { start, end: start + encode(meant).byteLength }, field)
  if (!shown) return undefined
  const characters = [...shown.text]
  const upTo = (width: number): number => {
    let count = 0
    while (count < characters.length && textWidth(characters.slice(0, count).join('')) < width) count++
    return count
  }
  const [first, last] = [upTo(shown.indent), upTo(shown.indent + shown.width)]
  return `${characters.slice(0, first).join('')}«${characters.slice(first, last).join('')}»${characters.slice(last).join('')}`
}

describe('an excerpt', () => {
  it.each([
    { name: 'a value with its key', text: '{\n  "path": «"etc"»,\n', shown: '  "path": «"etc"»,' },
    { name: 'an integer', text: '{"mode":«644»}', shown: '{"mode":«644»}' },
    { name: 'an integer of one digit', text: '{"mode": «7»}', shown: '{"mode": «7»}' },
    { name: 'a key without its value', text: '{\n "pth": "x"}'.replace('"pth"', '«"pth"»'), shown: ' «"pth"»: …' },
    { name: 'an object', text: '"users": [\n  «{» "name": "core" },', shown: '  «{» …' },
    { name: 'a list behind its key', text: '"users": «[» ]', shown: '"users": «[» ]' },
    { name: 'a key on the line before', text: '"path":\n   «"etc"»\n', shown: '   «"etc"»' },
    {
      name: 'what else is in the line',
      text: '{"passwordHash": "x", "path": «"a"», "b": 1}',
      shown: '…, "path": «"a"», …',
    },
    { name: 'Windows line ends', text: '{\r\n  "path": «"a"»,\r\n', shown: '  "path": «"a"»,' },
    { name: 'tabs as spaces', text: '\t"path":\t«"a"»', shown: '    "path": «"a"»' },
    { name: 'wide characters under their columns', text: '"path": «"日本"»,', shown: '"path": «"日本"»,' },
    { name: 'accents that are characters of their own', text: '"path": «"e\u0301"»,', shown: '"path": «"e\u0301"»,' },
    { name: 'control characters as escapes', text: '"path": «"\u009b\u202e"»', shown: '"path": «"\\x9b\\u202e"»' },
    { name: 'a text that is not UTF-8', text: '"path": «"\ufffd"»', shown: '"path": «"\ufffd"»' },
    { name: 'a URL', text: '"source": «"tcp://host/a"»', shown: '"source": «"tcp://host/a"»' },
    { name: 'a URL without its query', text: '"source": «"tcp://host/a?b#c"»', shown: '"source": «"tcp://host/a…"»' },
    { name: 'a URL with an @', text: '"source": «"tcp://a?b@c"»', shown: '"source": «"…"»' },
    { name: 'a URL with escapes', text: '"source": «"tcp://a\\u0040b"»', shown: '"source": «"tcp://a…"»' },
    { name: 'a data URL', text: '"source": «"data:,a"»', shown: '"source": «"…"»' },
    { name: 'a password hash', text: '"passwordHash": «"$6$"»', shown: '"passwordHash": «"…"»' },
    {
      name: 'a password hash under a key in another case',
      text: '"PASSWORDHASH": «"a"»',
      shown: '"PASSWORDHASH": «"…"»',
    },
    { name: 'a number in the place of a secret', text: '"passwordHash": «123»', shown: '"passwordHash": «…»' },
    { name: 'a value of an unknown key', text: '"pasword": «123»', shown: '"pasword": «…»' },
  ])('shows $name', ({ text, shown }) => {
    expect(excerpt(text)).toBe(shown)
  })

  it.each([
    { name: 'of a public list', field: 'groups', shown: '"groups": ["a", «"b"»]' },
    { name: 'of SSH keys, which may be a private one', field: 'sshAuthorizedKeys', shown: undefined },
    { name: 'of nothing known', field: undefined, shown: undefined },
  ])('shows the element of a list by its field: $name', ({ field, shown }) => {
    expect(excerpt('"groups": ["a", «"b"»]', field)).toBe(shown && '…, «"b"»]')
  })

  it.each([
    { name: 'a comma too many', text: '{\n  "a": 1,\n«}»\n', shown: '«}»' },
    { name: 'a number with a zero in front', text: '"mode": 0«6»44,', shown: '"mode": «0644»,' },
    { name: 'a word', text: '"enabled": «T»rue,', shown: '"enabled": «True»,' },
    { name: 'a word for a secret', text: '"passwordHash": «h»unter2', shown: '"passwordHash": «…»' },
    { name: 'a word of no key', text: '"passwordHash: "«h»unter2"', shown: undefined },
    { name: 'a string that is a known key', text: '"a": 1\n  «"»path": 2', shown: '  «"path"»: …' },
    { name: 'a string that may be a key', text: '"a": 1\n  «"»hunter2": 2', shown: undefined },
    { name: 'an escape inside a secret', text: '"path": "hunter2\\«q»hunter2"', shown: undefined },
    { name: 'a line end inside a secret', text: '"path": "hunter2«\n»"', shown: undefined },
    { name: 'single quotes', text: "{«'»path': 'a'}", shown: "{«'»…" },
    { name: 'a comment', text: '  «/»/ hunter2', shown: '  «/»…' },
    { name: 'another notation', text: '«v»ariant: fcos', shown: undefined },
    { name: 'a byte order mark', text: '«\ufeff»{}', shown: undefined },
    { name: 'the end of the text', text: '{«»', shown: undefined },
  ])('shows where a text goes wrong: $name', ({ text, shown }) => {
    expect(excerpt(text)).toBe(shown)
  })

  it('stays short however long the line is', () => {
    const padding = 'x'.repeat(10_000)
    const long = excerpt(`{"a":"${padding}","path":«"etc/${padding}"»,"b":"${padding}"}`) ?? ''
    expect(long).toMatch(/^…,"path":«"etc\/x+…"»,…$/)
    expect(long.length).toBeLessThan(100)
    expect(excerpt(`${' '.repeat(1000)}"path": «"a"»${' '.repeat(1000)}`)).toMatch(/^… "path": «"a"» …$/)
    expect(excerpt(`${'['.repeat(9999)}«[»${'['.repeat(9999)}`)).toMatch(/^…\[{8}«\[»…$/)
    expect(excerpt(`{"${padding}": «1»}`)).toBeUndefined()
  })
})

it('a report on 10,000 findings in one line of megabytes is made soon', () => {
  const files = Array.from({ length: 10_000 }, (_, index) => ({ path: `relative/${index}/${'x'.repeat(200)}` }))
  const bytes = encode(JSON.stringify({ ignition: { version: '3.3.0' }, storage: { files } }))
  const { findings } = validateIgnition(bytes)
  const startMs = performance.now()
  const text = presentFindings(findings, { name: 'a.ign', bytes }, (_, each) => each)
  expect(performance.now() - startMs).toBeLessThan(15_000) // half a second; minutes if each finding went through the line
  expect(text.split('\n\n')).toHaveLength(10_000)
})
