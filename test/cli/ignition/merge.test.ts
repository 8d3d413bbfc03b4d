import { readFile, stat, writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { type MainOptions, type MainResult, runMain } from '../../support/run-main.ts'
import { useDirectory } from '../../support/use-directory.ts'

const directory = useDirectory()

function run(argv: readonly string[], options?: MainOptions): Promise<MainResult> {
  return runMain(['ignition', 'merge', ...argv], options)
}

function configText(sections: string, version = '3.4.0', more = ''): string {
  return `{"ignition": {"version": "${version}"${more}},\n${sections}}\n`
}

const inline = (text: string): string => `data:;base64,${Buffer.from(text).toString('base64')}`
const base = configText('"storage": {"files": [{"path": "/a", "mode": 420}, {"path": "/b"}]}', '3.3.0')
const node = configText('"storage": {"files": [{"path": "/b", "mode": 384}]}')
const merged = {
  ignition: { version: '3.4.0' },
  storage: {
    files: [
      { path: '/a', mode: 420 },
      { path: '/b', mode: 384 },
    ],
  },
}

describe('isokit ignition merge', () => {
  it('prints the merged config, and nothing else', async () => {
    const { exitCode, stdout, stderr } = await run([
      await directory.write('base', base),
      await directory.write('node', node),
    ])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(JSON.parse(stdout)).toEqual(merged)
    expect(stdout.split('\n').length).toBeGreaterThan(10)
  })

  it('reads stdin in its place, and writes one line when asked', async () => {
    const argv = ['--compact', await directory.write('base', base), '-']
    const { stdout } = await run(argv, { stdin: new TextEncoder().encode(node) })
    expect(stdout).toBe(`${JSON.stringify(merged)}\n`)
  })

  it('creates a file that only its owner can read, and replaces none unless told to', async () => {
    const output = directory.path('out.ign')
    const argv = [await directory.write('base', base), await directory.write('node', node), '-o', output]
    expect(await run(argv)).toMatchObject({ exitCode: 0, stdout: '' })
    expect((await stat(output)).mode & 0o777).toBe(0o600)
    expect(JSON.parse(await readFile(output, 'utf8'))).toEqual(merged)
    await writeFile(output, 'mine')
    expect((await run(argv)).stderr).toContain('[OUTPUT_EXISTS]')
    expect(await readFile(output, 'utf8')).toBe('mine')
    expect(await run([...argv, '--overwrite'])).toMatchObject({ exitCode: 0 })
    expect(JSON.parse(await readFile(output, 'utf8'))).toEqual(merged)
  })

  it('shows where each value comes from', async () => {
    const [a, b] = [await directory.write('base', base), await directory.write('node', node)]
    const { stdout } = await run(['--provenance', a, b])
    const rows = stdout.trimEnd().split('\n')
    expect(rows.map((row) => row.replace(/\s+←/, ' ←'))).toEqual([
      `$.ignition.version ← ${b}:1:26`,
      `$.storage.files.0.path ← ${a}:2:32`,
      `$.storage.files.0.mode ← ${a}:2:46`,
      `$.storage.files.1.path ← ${b}:2:32`,
      `$.storage.files.1.mode ← ${b}:2:46`,
    ])
    expect(new Set(rows.map((row) => row.indexOf('←'))).size).toBe(1)
  })

  it('writes a file beside the table', async () => {
    const output = directory.path('out.ign')
    const { stdout } = await run(['--provenance', '-o', output, await directory.write('base', base)])
    expect(stdout).toMatch(/^\$\.ignition\.version/)
    expect(JSON.parse(await readFile(output, 'utf8'))).toMatchObject({ ignition: { version: '3.3.0' } })
  })

  it('gives everything to programs', async () => {
    const [a, b] = [await directory.write('base', base), await directory.write('node', node)]
    const { stdout } = await run(['--json', '--provenance', a, b])
    const result = JSON.parse(stdout)
    expect(JSON.parse(result.text)).toEqual(merged)
    expect(result).toMatchObject({ output: '-', version: '3.4.0', findings: [], remaining: [], upgrades: [] })
    expect(result.provenance[4]).toEqual({
      path: '$.storage.files.1.mode',
      origins: [{ file: b, path: '$.storage.files.0.mode', line: 2, column: 46 }],
    })
  })

  describe('refuses', () => {
    it('configs with errors, and tells those of all of them', async () => {
      const wrong = await directory.write('wrong', configText('"storage": {"files": [{"path": "a"}]}'))
      const broken = await directory.write('broken', '{')
      const { exitCode, stdout, stderr } = await run([wrong, await directory.write('base', base), broken])
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
      expect(stderr).toContain('error[path-relative]')
      expect(stderr).toContain('error[json-eof]')
      expect(stderr).toContain('[IGNITION_INVALID]')
    })

    it('what machines would refuse once it is merged, and writes nothing', async () => {
      const output = directory.path('out.ign')
      const argv = [
        await directory.write('one', configText('"storage": {"files": [{"path": "/a/b"}]}')),
        await directory.write('two', configText('"storage": {"links": [{"path": "/a", "target": "/t"}]}')),
        '-o',
        output,
      ]
      const { exitCode, stderr } = await run(argv)
      expect(exitCode).toBe(1)
      expect(stderr).toContain('error[path-through-link]')
      await expect(stat(output)).rejects.toThrow()
      expect(await run([...argv, '--no-validate'])).toMatchObject({ exitCode: 0 })
      expect(JSON.parse(await readFile(output, 'utf8'))).toMatchObject({ storage: { links: [{ path: '/a' }] } })
    })

    it('a line without files, and stdin twice', async () => {
      expect(await run([])).toMatchObject({ exitCode: 2 })
      expect(await run(['-', '-'])).toMatchObject({ exitCode: 2 })
    })
  })

  it('tells what gets lost: ignored keys, special bits, entries and settings', async () => {
    const one = configText(
      '"storrage": 1, "storage": {"files": [{"path": "/l"}, {"path": "/a", "mode": 2541, "contents": {"source": "https://h/p", "compression": "gzip"}}]}',
    )
    const two = configText(
      '"storage": {"files": [{"path": "/a", "contents": {"source": "https://h/c"}}], "links": [{"path": "/l", "target": "/t"}]}',
      '3.6.0',
    )
    const { exitCode, stderr } = await run([await directory.write('one', one), await directory.write('two', two)])
    expect(exitCode).toBe(0)
    for (const told of ['warning[unused-key]', 'advice[settings-inherited]', 'advice[entry-replaced]', '04755']) {
      expect(stderr).toContain(told)
    }
  })

  describe('with references', () => {
    const child = configText('"storage": {"files": [{"path": "/c"}]}')
    const referring = (...sources: readonly string[]): string => {
      const merge = sources.map((source) => `{"source": "${source}"}`).join()
      return configText('"storage": {}', '3.4.0', `, "config": {"merge": [${merge}]}`)
    }

    it('keeps them as they are', async () => {
      const { stdout } = await run([await directory.write('one', referring(inline(child)))])
      expect(JSON.parse(stdout).ignition.config).toEqual({ merge: [{ source: inline(child) }] })
    })

    it('merges what is carried inline when asked, and tells what stays', async () => {
      const path = await directory.write(
        'one',
        referring(inline(child), 'https://user:hunter2@h/x?hunter2', inline(base)),
      )
      const { stdout, stderr } = await run(['--inline', path])
      expect(JSON.parse(stdout).storage.files).toEqual([{ path: '/c' }])
      expect(JSON.parse(stdout).ignition.config.merge).toHaveLength(2)
      expect(stderr).toBe(
        '$.ignition.config.merge.0 stays (https://…@h/x?…): it has to be fetched\n' +
          '$.ignition.config.merge.1 stays: it has to be merged after another that stays\n',
      )
      const result = JSON.parse((await run(['--inline', '--json', path])).stdout)
      expect(result.remaining).toEqual([
        { path: '$.ignition.config.merge.0', reason: 'remote', url: 'https://…@h/x?…' },
        { path: '$.ignition.config.merge.1', reason: 'later', url: null },
      ])
    })

    it('refuses an empty one, for which machines would ignore everything', async () => {
      const { exitCode, stderr } = await run(['--inline', await directory.write('one', referring('data:,'))])
      expect(exitCode).toBe(1)
      expect(stderr).toContain('error[reference-unusable]')
      expect(stderr).toContain('ignores everything')
    })

    it('shows errors inside an inline config with their places in it', async () => {
      const inner = '{"ignition": {"version": "3.4.0"},\n "storage": {"files": [{"path": "relative"}]}}'
      const path = await directory.write('one', referring(inline(inner)))
      const { exitCode, stderr } = await run(['--inline', path])
      expect(exitCode).toBe(1)
      expect(stderr).toContain(`${path}#ignition.config.merge.0:2:33 ($.storage.files.0.path)`)
      expect(stderr).toContain('"path": "relative"')
    })
  })

  it('shows no secrets', async () => {
    const secret = (more: string): string =>
      configText(
        `"passwd": {"users": [{"name": "u", "passwordHash": "hunter2"}]}, "storage": {"files": [{"path": "/a", "contents": {"source": "https://u:hunter2@h/?hunter2${more}", "httpHeaders": [{"name": "A", "value": "hunter2"}]}}]}`,
      )
    const argv = ['--provenance', await directory.write('one', secret('')), await directory.write('two', secret('2'))]
    const { stdout, stderr } = await run(argv)
    expect(stdout + stderr).not.toContain('hunter2')
    expect((await run([...argv, '--json', '-o', directory.path('out')])).stdout).not.toContain('hunter2')
  })
})
