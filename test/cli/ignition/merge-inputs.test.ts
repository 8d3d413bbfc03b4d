import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MainOptions, type MainResult, runMain } from '../../support/run-main.ts'

const files = (...each: readonly object[]): string =>
  JSON.stringify({ ignition: { version: '3.2.0' }, storage: { files: each } }, undefined, 1)

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'isokit-merge-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

function save(texts: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(directory, name), text)
}

/** Wraps configs of the folder, and gives what a machine that boots the initrd would find. */
async function wrap(
  argv: readonly string[],
  options: MainOptions = {},
): Promise<MainResult & { readonly config: string }> {
  const words = argv.map((word) => (word.endsWith('.ign') ? join(directory, word) : word))
  const output = join(directory, 'out.img')
  const result = await runMain(['pxe', 'ignition', 'wrap', ...words, '-o', output], options)
  const config = result.exitCode === 0 ? (await runMain(['pxe', 'ignition', 'unwrap', output])).stdout : ''
  return { ...result, config }
}

describe('-i', () => {
  it('takes one config byte for byte', async () => {
    const text = `\n${files({ path: '/a' })} \n`
    save({ 'a.ign': text })
    expect(await wrap(['-i', 'a.ign'])).toMatchObject({ exitCode: 0, config: text })
  })

  it('merges several in their order, and stdin among them', async () => {
    save({ 'a.ign': files({ path: '/a', mode: 384 }, { path: '/b' }), 'c.ign': files({ path: '/a', mode: 420 }) })
    const stdin = new TextEncoder().encode(files({ path: '/a', mode: 256 }, { path: '/c' }))
    expect(await wrap(['-i', 'a.ign', '-i', '-', '-i', 'c.ign'], { stdin })).toMatchObject({
      exitCode: 0,
      stderr: '',
      config:
        '{"ignition":{"version":"3.2.0"},"storage":{"files":[{"path":"/a","mode":420},{"path":"/b"},{"path":"/c"}]}}\n',
    })
  })

  it('refuses stdin twice, and what is merged under the name coreos-installer', async () => {
    save({ 'a.ign': files(), 'b.ign': files() })
    const installer = { programPath: 'coreos-installer' }
    for (const result of [await wrap(['-i', '-', '-i', '-']), await wrap(['-i', 'a.ign', '-i', 'b.ign'], installer)]) {
      expect(result).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[COMMAND_LINE_INVALID]') })
    }
  })

  it('tells the errors of all configs before it refuses', async () => {
    save({ 'a.ign': files({ path: 'a' }), 'b.ign': files({ path: '/b' }), 'c.ign': files({ path: 'c', mode: 8192 }) })
    const { exitCode, stderr } = await wrap(['-i', 'a.ign', '-i', 'b.ign', '-i', 'c.ign'])
    expect(exitCode).toBe(1)
    expect(stderr.match(/^error\[.*\]/gm)).toEqual([
      'error[path-relative]',
      'error[path-relative]',
      'error[mode-out-of-range]',
    ])
    expect(stderr).toMatch(/Error: parsing Ignition config \S+a\.ign:8:13 /)
  })
})

describe('a merged config', () => {
  const parent = files({
    path: '/a',
    contents: { source: 'https://host/', httpHeaders: [{ name: 'A', value: 'hunter2' }] },
  })
  const child = files({ path: '/a', contents: { source: 'data:,hunter2' } })

  it('is refused for what only merging makes of it, with the places that it comes from', async () => {
    save({ 'parent.ign': parent, 'child.ign': child })
    const { exitCode, stderr } = await wrap(['-i', 'parent.ign', '-i', 'child.ign'])
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/^error\[headers-scheme-unsupported\].*\n +--> \S+parent\.ign:11:21 /)
    expect(stderr).toMatch(
      /^advice\[settings-inherited\].*\n +--> \S+child\.ign:10:16 (?:.|\n)*also: \S+parent\.ign:11:21 /m,
    )
    expect(stderr).toContain('[IGNITION_INVALID]')
    expect(stderr).not.toContain('hunter2')
  })

  it('is told as JSON', async () => {
    save({ 'parent.ign': parent, 'child.ign': child })
    const { stderr } = await wrap(['--json', '-i', 'parent.ign', '-i', 'child.ign'])
    const [first, ...others] = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(first.finding).toMatchObject({
      kind: 'headers-scheme-unsupported',
      path: '$.storage.files.0.contents.httpHeaders',
      origins: [{ file: join(directory, 'parent.ign'), path: '$.storage.files.0.contents.httpHeaders', line: 11 }],
    })
    expect(others.at(-1).error.code).toBe('IGNITION_INVALID')
  })

  it('is not told again what was told of its parts', async () => {
    save({ 'a.ign': files({ path: '/a', mode: 2541 }), 'b.ign': files({ path: '/b' }) })
    const { exitCode, stderr } = await wrap(['-i', 'a.ign', '-i', 'b.ign'])
    expect(exitCode).toBe(0)
    expect(stderr.match(/mode-special-bits/g)).toHaveLength(1)
  })

  it('is made without a word with --no-validate', async () => {
    save({ 'parent.ign': parent, 'child.ign': child })
    const { exitCode, stderr, config } = await wrap(['--no-validate', '-i', 'parent.ign', '-i', 'child.ign'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(JSON.parse(config).storage.files[0].contents).toEqual({
      httpHeaders: [{ name: 'A', value: 'hunter2' }],
      source: 'data:,hunter2',
    })
  })

  it('can not be made of what is no config, whatever is asked for', async () => {
    save({ 'a.ign': files(), 'b.ign': '{"ignition":{"version":"3.2.0"}' })
    const { exitCode, stderr } = await wrap(['--no-validate', '-i', 'a.ign', '-i', 'b.ign'])
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/b\.ign:1:32(?:.|\n)*\[IGNITION_INVALID\]/)
  })
})
