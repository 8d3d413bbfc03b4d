import { chmod, readFile, stat, symlink } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { type MainOptions, type MainResult, runMain } from '../../support/run-main.ts'
import { useDirectory } from '../../support/use-directory.ts'

const directory = useDirectory()

function run(argv: readonly string[], options?: MainOptions): Promise<MainResult> {
  return runMain(['ignition', 'fmt', ...argv], options)
}

const messy =
  '{"Storage": {"files": [{"mode": 420, "path": "relative", "user": {}, "overwrite": null}]}, "ignition": {"version": "03.4.0"}}'
const tidy = `{
  "ignition": {
    "version": "3.4.0"
  },
  "storage": {
    "files": [
      {
        "path": "relative",
        "mode": 420
      }
    ]
  }
}
`

describe('isokit ignition fmt', () => {
  it('prints the config in its usual form, valid or not', async () => {
    const stdin = new TextEncoder().encode(messy)
    expect(await run([], { stdin })).toEqual({ exitCode: 0, stdout: tidy, stderr: '' })
    expect(await run(['-'], { stdin })).toMatchObject({ stdout: tidy })
    expect(await run(['--compact'], { stdin })).toMatchObject({
      stdout: '{"ignition":{"version":"3.4.0"},"storage":{"files":[{"path":"relative","mode":420}]}}\n',
    })
  })

  it('writes a new file, and leaves the config alone', async () => {
    const [path, output] = [await directory.write('a.ign', messy), directory.path('b.ign')]
    expect(await run(['-o', output, path])).toMatchObject({ exitCode: 0, stdout: '' })
    expect(await readFile(output, 'utf8')).toBe(tidy)
    expect(await readFile(path, 'utf8')).toBe(messy)
    expect((await run(['-o', output, path])).stderr).toContain('[OUTPUT_EXISTS]')
  })

  describe('in place', () => {
    it('replaces the contents and keeps the permissions', async () => {
      const path = await directory.write('a.ign', messy)
      await chmod(path, 0o640)
      expect(await run(['--in-place', path])).toMatchObject({ exitCode: 0, stdout: '' })
      expect(await readFile(path, 'utf8')).toBe(tidy)
      expect((await stat(path)).mode & 0o777).toBe(0o640)
    })

    it('follows a link', async () => {
      const [path, link] = [await directory.write('a.ign', messy), directory.path('link')]
      await symlink(path, link)
      expect(await run(['--in-place', link])).toMatchObject({ exitCode: 0 })
      expect(await readFile(path, 'utf8')).toBe(tidy)
    })

    it('does not touch what is in its usual form', async () => {
      const path = await directory.write('a.ign', tidy)
      const before = await stat(path)
      expect(await run(['--in-place', path])).toEqual({ exitCode: 0, stdout: '', stderr: '' })
      expect(await stat(path)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs })
    })

    it('leaves the file as it is when there is something wrong', async () => {
      const path = await directory.write('a.ign', '{"ignition": {"version": "3.4.0"}, "storrage": {}}')
      expect(await run(['--in-place', path])).toMatchObject({ exitCode: 1 })
      expect(await readFile(path, 'utf8')).toContain('storrage')
    })

    it('wants a file, and no output', async () => {
      expect(await run(['--in-place'])).toMatchObject({ exitCode: 2 })
      expect(await run(['--in-place', '-'])).toMatchObject({ exitCode: 2 })
      expect(await run(['--in-place', '-o', 'b', 'a'])).toMatchObject({ exitCode: 2 })
      expect(await run(['--in-place', '--check', 'a'])).toMatchObject({ exitCode: 2 })
    })
  })

  describe('checking', () => {
    it('fails for a text that would change, and says which', async () => {
      const path = await directory.write('a.ign', messy)
      expect(await run(['--check', path])).toEqual({ exitCode: 1, stdout: `${path} is not formatted\n`, stderr: '' })
      expect(await readFile(path, 'utf8')).toBe(messy)
    })

    it('is silent for one that would not', async () => {
      expect(await run(['--check', await directory.write('a.ign', tidy)])).toEqual({
        exitCode: 0,
        stdout: '',
        stderr: '',
      })
    })

    it('gives its verdict to programs', async () => {
      const path = await directory.write('a.ign', tidy)
      expect(JSON.parse((await run(['--check', '--json', path])).stdout)).toEqual({
        file: path,
        version: '3.4.0',
        isFormatted: true,
      })
      expect((await run(['--check', '--json', '--compact', path])).exitCode).toBe(1)
    })
  })

  it.each([
    { name: 'an unknown key', text: '{"ignition": {"version": "3.4.0"}, "storrage": {}}', key: '$.storrage' },
    {
      name: 'a key of a later version',
      text: '{"ignition": {"version": "3.1.0"}, "storage": {"luks": []}}',
      key: '$.storage.luks',
    },
    {
      name: 'a key below one in another case',
      text: '{"ignition": {"version": "3.4.0"}, "Storage": {"Files": [{"pth": ""}]}}',
      key: '$.storage.files.0.pth',
    },
    {
      name: 'a key in the first of two',
      text: '{"ignition": {"version": "3.4.0", "x": 1}, "ignition": {}}',
      key: '$.ignition.x',
    },
  ])('refuses to lose $name', async ({ text, key }) => {
    const path = await directory.write('a.ign', text)
    const { exitCode, stdout, stderr } = await run([path])
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toContain(`(${key})`)
    expect(stderr).toContain('[IGNITION_KEYS_IGNORED]')
    expect(await run(['--drop-ignored', path])).toMatchObject({ exitCode: 0 })
  })

  it('refuses what is no config, with its place', async () => {
    const { exitCode, stderr } = await run([
      await directory.write('a.ign', '{"ignition": {"version": "3.4.0"}, "storage": []}'),
    ])
    expect(exitCode).toBe(1)
    expect(stderr).toContain('error[json-type]')
  })
})
