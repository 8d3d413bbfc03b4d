import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type MainOptions, type MainResult, runMain } from '../../support/run-main.ts'

const VALID = '{"ignition":{"version":"3.4.0"}}'
const WARNED = '{"ignition":{"version":"3.4.0"},"foo":1}'
const BROKEN = `{
  "ignition": { "version": "3.4.0" },
  "storage": {
    "files": [
      { "path": "etc/motd" },
      { "path": "/etc/a", "mode": 4096 }
    ]
  }
}
`
const UNKNOWN = '{"ignition":{"version":"3.99.0"}}'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'isokit-validate-'))
  for (const [name, text] of Object.entries({ VALID, WARNED, BROKEN, UNKNOWN })) {
    writeFileSync(join(directory, `${name.toLowerCase()}.ign`), text)
  }
})
afterAll(() => rmSync(directory, { recursive: true }))

/** Runs a line in which words that end in `.ign` are files of the test. */
function validate(argv: readonly string[], options: MainOptions = {}): Promise<MainResult> {
  const words = argv.map((word) => (word.endsWith('.ign') ? join(directory, word) : word))
  return runMain(['ignition', 'validate', ...words], options)
}

describe('the exit code', () => {
  it.each([
    { name: 'a valid config', argv: ['valid.ign'], exitCode: 0 },
    { name: 'warnings', argv: ['warned.ign'], exitCode: 0 },
    { name: 'warnings with --strict', argv: ['--strict', 'warned.ign'], exitCode: 1 },
    { name: 'advice with --strict', argv: ['--strict', 'valid.ign'], exitCode: 0 },
    { name: 'errors', argv: ['broken.ign'], exitCode: 1 },
    { name: 'errors as JSON', argv: ['--json', 'broken.ign'], exitCode: 1 },
    { name: 'errors in one of several', argv: ['valid.ign', 'broken.ign', 'warned.ign'], exitCode: 1 },
    { name: 'an unknown version', argv: ['unknown.ign'], exitCode: 1 },
    { name: 'a version that is too new', argv: ['--spec-max', '3.3.0', 'valid.ign'], exitCode: 1 },
    { name: 'a version that is just not too new', argv: ['--spec-max', '3.4.0', 'valid.ign'], exitCode: 0 },
    { name: 'a file that is not there', argv: ['none.ign'], exitCode: 1 },
    { name: 'no file', argv: [], exitCode: 2 },
    { name: 'stdin twice', argv: ['-', '-'], exitCode: 2 },
    { name: 'a maximum that is no version', argv: ['--spec-max', '3.4', 'valid.ign'], exitCode: 2 },
    { name: 'several files in the format of one', argv: ['--compat', 'valid.ign', 'warned.ign'], exitCode: 2 },
  ])('is $exitCode for $name', async ({ argv, exitCode }) => {
    const result = await validate(argv)
    expect(result).toMatchObject({ exitCode })
    if (exitCode === 2) expect(result.stderr).toContain('[COMMAND_LINE_INVALID]')
  })
})

describe('the report', () => {
  it('shows kind, place, line and caret of each finding, and a summary', async () => {
    const { stdout, stderr } = await validate(['broken.ign'])
    expect(stderr).toBe('')
    const [first = '', second = '', summary] = stdout.split('\n\n')
    const [heading, place, , line = '', caret = ''] = first.split('\n')
    expect(heading).toMatch(/^error\[path-relative\]: ./)
    expect(place).toContain(`${join(directory, 'broken.ign')}:5:17 ($.storage.files.0.path)`)
    expect(line).toMatch(/^5 \| {7}\{ "path": "etc\/motd" \},$/)
    expect(line.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('"etc/motd"')
    expect(second).toMatch(/^error\[mode-out-of-range\](?:.|\n)*:6:35 /)
    expect(summary).toBe(`${join(directory, 'broken.ign')}: 2 errors\n`)
  })

  it('is one line for each valid config', async () => {
    const { stdout } = await validate(['--no-advice', 'valid.ign', 'valid.ign'])
    expect(stdout).toMatch(/^(?:\S+valid\.ign: valid \(spec 3\.4\.0\)\n){2}$/)
  })

  it('adds advice, unless it is told not to', async () => {
    expect((await validate(['valid.ign'])).stdout).toMatch(/^advice\[no-login\]/)
    expect((await validate(['valid.ign'])).stdout).toMatch(/valid \(spec 3\.4\.0\), 1 advice\n$/)
    expect((await validate(['--no-advice', 'valid.ign'])).stdout).not.toContain('advice')
  })

  it('knows what a live system can not do', async () => {
    const stdin = new TextEncoder().encode(
      '{"ignition":{"version":"3.4.0"},"kernelArguments":{"shouldExist":["quiet"]}}',
    )
    expect((await validate(['--live', '-'], { stdin })).stdout).toContain('advice[kernel-arguments-on-live]')
    expect((await validate(['-'], { stdin })).stdout).not.toContain('kernel-arguments-on-live')
  })

  it('reads stdin for -', async () => {
    const { stdout } = await validate(['-'], { stdin: new TextEncoder().encode(BROKEN) })
    expect(stdout).toContain('<stdin>:5:17')
  })

  it('is coloured on a terminal only, and on request', async () => {
    const escapes = async (argv: readonly string[], options?: MainOptions): Promise<boolean> =>
      (await validate([...argv, 'broken.ign'], options)).stdout.includes('\u001b[')
    expect(await escapes([])).toBe(false)
    expect(await escapes([], { terminals: ['stderr'] })).toBe(false)
    expect(await escapes([], { terminals: ['stdout'] })).toBe(true)
    expect(await escapes([], { terminals: ['stdout'], env: { NO_COLOR: '1' } })).toBe(false)
    expect(await escapes(['--color=always'])).toBe(true)
  })

  it('says no less with --quiet', async () => {
    expect((await validate(['-q', 'broken.ign'])).stdout).toBe((await validate(['broken.ign'])).stdout)
  })
})

describe('--json', () => {
  it('gives each file with its findings, at the positions of the real validator', async () => {
    const { stdout } = await validate(['--json', '--no-advice', 'valid.ign', 'warned.ign', 'unknown.ign'])
    expect(JSON.parse(stdout)).toEqual({
      files: [
        {
          file: join(directory, 'valid.ign'),
          version: '3.4.0',
          verdict: 'valid',
          errorCount: 0,
          warningCount: 0,
          adviceCount: 0,
          findings: [],
        },
        {
          file: join(directory, 'warned.ign'),
          version: '3.4.0',
          verdict: 'valid',
          errorCount: 0,
          warningCount: 1,
          adviceCount: 0,
          findings: [
            {
              severity: 'warning',
              kind: 'unused-key',
              path: '$.foo',
              line: 1,
              column: 33,
              span: { start: 32, end: 37 },
              message: expect.stringContaining('foo'),
              hint: expect.any(String),
            },
          ],
        },
        expect.objectContaining({
          version: null,
          verdict: 'invalid',
          errorCount: 1,
          findings: [expect.objectContaining({ kind: 'version-unsupported', path: null, line: null, column: null })],
        }),
      ],
    })
  })

  it('goes before the format of the real validator', async () => {
    const { stdout, stderr } = await validate(['--json', '--compat', 'unknown.ign'])
    expect(JSON.parse(stdout).files).toHaveLength(1)
    expect(stderr).toBe('')
  })
})

describe('--compat', () => {
  it.each([
    {
      name: 'rules',
      file: 'broken.ign',
      stdout:
        /^error at \$\.storage\.files\.0\.path, line 5 col 17: .+\nerror at \$\.storage\.files\.1\.mode, line 6 col 35: .+\n$/,
      stderr: /^$/,
    },
    { name: 'warnings', file: 'warned.ign', stdout: /^warning at \$\.foo, line 1 col 33: .+\n$/, stderr: /^$/ },
    { name: 'a valid config', file: 'valid.ign', stdout: /^$/, stderr: /^$/ },
    { name: 'an unknown version', file: 'unknown.ign', stdout: /^$/, stderr: /^couldn't parse config: .+\n$/ },
  ])('reports $name as ignition-validate does', async ({ file, stdout, stderr }) => {
    const result = await validate(['--compat', file])
    expect(result.stdout).toMatch(stdout)
    expect(result.stderr).toMatch(stderr)
  })

  it.each([
    { name: 'broken JSON', text: '{', line: /^error at line 0 col 0: .+\n$/ },
    { name: 'a wrong type', text: '[]', line: /^error at line 1 col 2: .+\n$/ },
    {
      name: 'a config without positions',
      text: '{"ignition":{"version":"3.3.0"},"x":1e999,"storage":{"files":[{"path":"a"}]}}',
      line: /^error at \$\.storage\.files\.0\.path: .+\n$/,
    },
    {
      name: 'a key that tries to be a line',
      text: '{"ignition":{"version":"3.3.0"},"a\\nerror at $.b":1}',
      line: /^warning at \$\.a\\nerror at \$\.b, line 1 col 33: .+\n$/,
    },
  ])('has one line for $name', async ({ text, line }) => {
    const { stdout } = await validate(['--compat', '-'], { stdin: new TextEncoder().encode(text) })
    expect(stdout).toMatch(line)
  })
})
