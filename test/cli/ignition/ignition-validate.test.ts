import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type MainResult, runMain } from '../../support/run-main.ts'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'isokit-validate-'))
  writeFileSync(join(directory, 'valid.ign'), '{"ignition":{"version":"3.3.0"}}')
  writeFileSync(join(directory, 'warned.ign'), '{"ignition":{"version":"3.3.0"},"foo":1}')
  writeFileSync(join(directory, 'broken.ign'), '{"ignition":{"version":"3.3.0"},"storage":{"files":[{"path":"a"}]}}')
  writeFileSync(join(directory, 'empty.ign'), '')
})
afterAll(() => rmSync(directory, { recursive: true }))

function run(argv: readonly string[], stdin = ''): Promise<MainResult> {
  const words = argv.map((word) => (word.endsWith('.ign') ? join(directory, word) : word))
  return runMain(words, { programPath: '/usr/bin/ignition-validate', stdin: new TextEncoder().encode(stdin) })
}

const USAGE = /Usage:/
const NOTHING = /^$/

/** Each line was given to ignition-validate 2.14, which ends alike and prints to the same outputs. */
describe('under the name ignition-validate', () => {
  it.each([
    { argv: ['valid.ign'], exitCode: 0, stdout: NOTHING, stderr: NOTHING },
    { argv: ['warned.ign'], exitCode: 0, stdout: /^warning at \$\.foo, line 1 col 33: /, stderr: NOTHING },
    {
      argv: ['broken.ign'],
      exitCode: 1,
      stdout: /^error at \$\.storage\.files\.0\.path, line 1 col 61: /,
      stderr: NOTHING,
    },
    { argv: ['--', 'valid.ign'], exitCode: 0, stdout: NOTHING, stderr: NOTHING },
    { argv: ['-version=false', 'valid.ign'], exitCode: 0, stdout: NOTHING, stderr: NOTHING },
    { argv: ['empty.ign'], exitCode: 1, stdout: NOTHING, stderr: /^couldn't parse config: .+\n$/ },
    { argv: ['none.ign'], exitCode: 1, stdout: NOTHING, stderr: /^couldn't read config: .+\n$/ },
    { argv: [], exitCode: 1, stdout: NOTHING, stderr: USAGE },
    { argv: ['valid.ign', 'warned.ign'], exitCode: 1, stdout: NOTHING, stderr: USAGE },
    { argv: ['valid.ign', '-version'], exitCode: 1, stdout: NOTHING, stderr: USAGE },
    { argv: ['-h'], exitCode: 0, stdout: NOTHING, stderr: USAGE },
    { argv: ['--help'], exitCode: 0, stdout: NOTHING, stderr: USAGE },
    { argv: ['-help=false', 'valid.ign'], exitCode: 0, stdout: NOTHING, stderr: USAGE },
    { argv: ['-version', '-h'], exitCode: 0, stdout: NOTHING, stderr: USAGE },
    { argv: ['-version'], exitCode: 0, stdout: /\d+\.\d+/, stderr: NOTHING },
    { argv: ['--version', 'valid.ign'], exitCode: 0, stdout: /\d+\.\d+/, stderr: NOTHING },
    { argv: ['-x'], exitCode: 2, stdout: NOTHING, stderr: USAGE },
    { argv: ['-version', '-x'], exitCode: 2, stdout: NOTHING, stderr: USAGE },
    { argv: ['-version=x'], exitCode: 2, stdout: NOTHING, stderr: USAGE },
    { argv: ['---version'], exitCode: 2, stdout: NOTHING, stderr: USAGE },
    { argv: ['-=x'], exitCode: 2, stdout: NOTHING, stderr: USAGE },
    { argv: ['--json', 'valid.ign'], exitCode: 2, stdout: NOTHING, stderr: USAGE },
  ])('$argv', async ({ argv, exitCode, stdout, stderr }) => {
    const result = await run(argv)
    expect(result.exitCode).toBe(exitCode)
    expect(result.stdout).toMatch(stdout)
    expect(result.stderr).toMatch(stderr)
  })

  it('- is stdin', async () => {
    expect(await run(['-'], '{"ignition":{"version":"3.3.0"},"a%d":1}')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^warning at \$\.a%d, line 1 col 33: /),
    })
  })

  it('gives no advice', async () => {
    expect(await run(['-'], '{"ignition":{"version":"3.3.0"},"kernelArguments":{"shouldExist":["a"]}}')).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    })
  })
})
