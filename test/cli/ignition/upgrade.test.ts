import { readFile, writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { type MainResult, runMain } from '../../support/run-main.ts'
import { useDirectory } from '../../support/use-directory.ts'

const directory = useDirectory()

function run(argv: readonly string[], text: string): Promise<MainResult> {
  return runMain(['ignition', 'upgrade', ...argv], { stdin: new TextEncoder().encode(text) })
}

const old = '{"ignition": {"version": "3.1.0"},\n"storage": {"files": [{"path": "/a", "mode": 2541}]}}'

describe('isokit ignition upgrade', () => {
  it('upgrades to the newest stable version, and tells what changes', async () => {
    const { exitCode, stdout, stderr } = await run([], old)
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      ignition: { version: '3.6.0' },
      storage: { files: [{ path: '/a', mode: 0o755 }] },
    })
    expect(stderr).toMatch(/^<stdin>:2:46 \(\$\.storage\.files\.0\.mode\): .*04755.*0755\n$/)
  })

  it('upgrades to the version that is asked for', async () => {
    const { stdout, stderr } = await run(['--to', '3.5.0', '--compact'], old)
    expect(stderr).toBe('')
    expect(stdout).toBe('{"ignition":{"version":"3.5.0"},"storage":{"files":[{"path":"/a","mode":2541}]}}\n')
  })

  it('gives the changes to programs', async () => {
    const { stdout, stderr } = await run(['--json'], old)
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({
      from: '3.1.0',
      version: '3.6.0',
      output: '-',
      changes: [
        {
          kind: 'mode-bits-cleared',
          path: '$.storage.files.0.mode',
          line: 2,
          column: 46,
          since: '3.6.0',
          before: '2541',
          after: '493',
        },
      ],
      ignoredKeys: [],
    })
  })

  it('leaves out what the old version ignores, and says when it would take effect', async () => {
    const text = '{"ignition": {"version": "3.1.0"}, "kernelArguments": {"shouldExist": ["a"]}, "other": 1}'
    const { stdout, stderr } = await run(['--to', '3.4.0', '--compact'], text)
    expect(stdout).toBe('{"ignition":{"version":"3.4.0"}}\n')
    expect(stderr).toContain('spec 3.1.0 ignores this key, and 3.4.0 knows it')
    expect(stderr).toContain('($.other)')
    expect((await run(['--to', '3.2.0'], text)).stderr).not.toContain('knows it')
  })

  it('finds ignored keys below keys in another case, and in repeated ones', async () => {
    const text = '{"ignition": {"version": "3.1.0"}, "Storage": {"luks": []}, "storage": {"luks": []}, "storage": {}}'
    const { stdout } = await run(['--json'], text)
    const { ignoredKeys } = JSON.parse(stdout) as { ignoredKeys: readonly { path: string; column: number }[] }
    expect(ignoredKeys.map(({ path, column }) => `${path} ${column}`)).toEqual([
      `$.storage.luks ${text.indexOf('"luks"') + 1}`,
      `$.storage.luks ${text.lastIndexOf('"luks"') + 1}`,
    ])
  })

  it('refuses a downgrade as a wrong call, with what needs more', async () => {
    const text = '{"ignition": {"version": "3.4.0"}, "kernelArguments": {"shouldExist": ["a"]}}'
    const { exitCode, stdout, stderr } = await run(['--to', '3.2.0'], text)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain('[IGNITION_DOWNGRADE]')
    expect(stderr).toContain('kernelArguments ($.kernelArguments), which needs 3.3.0')
  })

  it('refuses what the later version refuses, with its place', async () => {
    const output = directory.path('out')
    const text = '{"ignition": {"version": "3.2.0"},\n"storage": {"links": [{"path": "/l"}]}}'
    const { exitCode, stderr } = await run(['-o', output], text)
    expect(exitCode).toBe(1)
    expect(stderr).toContain('error[link-target-missing]')
    expect(stderr).toContain('<stdin>:2:23')
    await expect(readFile(output)).rejects.toThrow()
    expect(await run(['--to', '3.2.0'], text)).toMatchObject({ exitCode: 0 })
  })

  it('refuses a config with errors', async () => {
    const { exitCode, stderr } = await run([], '{"ignition": {"version": "3.1.0"}, "storage": {"files": [{}]}}')
    expect(exitCode).toBe(1)
    expect(stderr).toContain('error[path-required]')
  })

  it('refuses an output that exists before it reads anything', async () => {
    const output = directory.path('out')
    await writeFile(output, 'mine')
    expect(await run(['-o', output], 'no config')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('[OUTPUT_EXISTS]'),
    })
  })

  it('takes known versions only', async () => {
    expect(await run(['--to', '3.9.0'], old)).toMatchObject({ exitCode: 2 })
  })
})
