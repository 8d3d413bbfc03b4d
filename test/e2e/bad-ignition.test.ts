import { readFile, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createShell, type Shell } from '../support/run-isokit.ts'
import { saveLiveIso } from '../support/save-live-iso.ts'

const VALID = '{"ignition":{"version":"3.4.0"}}'
const BROKEN =
  '{"ignition":{"version":"3.4.0"},"storage":{"files":[{"path":"etc/a"},{"path":"/b","mode":8192}]},"foo":1}'
const MIB = 1024 * 1024

const BAD_TEXTS: readonly { name: string; bytes: string | Uint8Array; place: RegExp; says: RegExp }[] = [
  { name: 'nothing', bytes: '', place: /bad\.ign:? /, says: /empty/ },
  { name: 'white space', bytes: ' \n\n', place: /:3:1/, says: /ends/ },
  { name: 'a byte order mark', bytes: `\ufeff${VALID}`, place: /:1:1/, says: /byte order mark/ },
  { name: 'a truncated text', bytes: BROKEN.slice(0, 60), place: /:1:61/, says: /ends/ },
  { name: 'a web page', bytes: '<!DOCTYPE html>\n<html><title>404</title></html>', place: /:1:1/, says: /web page/ },
  {
    name: 'a Butane config',
    bytes: 'variant: fcos\nversion: 1.5.0\npasswd:\n  users: [{ name: core, password_hash: hunter2 }]\n',
    place: /:1:1/,
    says: /looks like Butane/,
  },
  { name: 'UTF-16', bytes: new Uint8Array(Buffer.from(`\ufeff${VALID}`, 'utf16le')), place: /:1:1/, says: /UTF-16/ },
  {
    name: 'UTF-16 of the other order',
    bytes: new Uint8Array(Buffer.from(VALID, 'utf16le').swap16()),
    place: /:1:1/,
    says: /UTF-16/,
  },
  { name: 'a compressed text', bytes: Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0), place: /:1:1/, says: /gzip/ },
  { name: '100 MiB of brackets', bytes: new Uint8Array(100 * MIB).fill(0x5b), place: /:1:10001/, says: /deep/ },
  { name: 'a number beyond all', bytes: '{"ignition":{"version":1e999}}', place: /:1:24/, says: /string/ },
  {
    name: 'a mode beyond all',
    bytes: VALID.replace('}}', '},"storage":{"files":[{"mode":1e999}]}}'),
    place: /:1:61/,
    says: /integer/,
  },
  { name: 'a list', bytes: '[]', place: /:1:1/, says: /object/ },
  { name: 'a word', bytes: 'null', place: /bad\.ign:? /, says: /version/ },
  { name: 'spec 2', bytes: '{"ignition":{"version":"2.2.0"}}', place: /:1:24/, says: /2\.2\.0/ },
]

let shell: Shell
beforeEach(async () => {
  shell = await createShell()
  await writeFile(shell.path('valid.ign'), VALID)
  await writeFile(shell.path('broken.ign'), BROKEN)
})
afterEach(() => shell[Symbol.asyncDispose]())

describe.each(BAD_TEXTS)('$name', ({ bytes, place, says }) => {
  beforeEach(() => writeFile(shell.path('bad.ign'), bytes))

  it('is an error with its place, soon', async () => {
    const startMs = performance.now()
    const { exitCode, stdout, stderr } = await shell.run(['ignition', 'validate', 'bad.ign'])
    expect(performance.now() - startMs).toBeLessThan(20_000)
    const text = new TextDecoder().decode(stdout)
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
    expect(text).toMatch(says)
    expect(text.split('\n')[1]).toMatch(new RegExp(`${place.source}|bad\\.ign$`))
    expect(text).not.toMatch(/ {4}at |hunter2/)
    expect(text.length).toBeLessThan(1000)
  })

  it('is not embedded', async () => {
    const { exitCode, stdout, stderr } = await shell.run(['pxe', 'ignition', 'wrap', '-i', 'bad.ign'])
    expect({ exitCode, stdout: stdout.byteLength }).toEqual({ exitCode: 1, stdout: 0 })
    expect(stderr).toMatch(place)
    expect(stderr).toMatch(says)
    expect(stderr).toContain('[IGNITION_INVALID]')
    expect(stderr).not.toMatch(/ {4}at |hunter2/)
  })
})

it('Windows line ends do no harm', async () => {
  await writeFile(shell.path('crlf.ign'), VALID.replaceAll('{', '{\r\n'))
  const { exitCode } = await shell.run(['ignition', 'validate', 'crlf.ign'])
  expect(exitCode).toBe(0)
})

describe('a config with errors', () => {
  beforeEach(() => saveLiveIso(shell.path('live.iso')))

  it.each([
    { name: 'iso ignition embed', line: ['iso', 'ignition', 'embed', '-i', 'broken.ign', 'live.iso'] },
    { name: 'iso embed', line: ['iso', 'embed', '-c', 'broken.ign', 'live.iso'] },
    { name: 'pxe ignition wrap', line: ['pxe', 'ignition', 'wrap', '-i', 'broken.ign', '-o', 'out.img'] },
  ])('is refused by $name, with all findings', async ({ line }) => {
    const before = await readFile(shell.path('live.iso'))
    const { exitCode, stderr } = await shell.run(line)
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/error\[path-relative\](?:.|\n)*error\[mode-out-of-range\](?:.|\n)*warning\[unused-key\]/)
    expect(stderr).toMatch(/broken\.ign:1:61 \(\$\.storage\.files\.0\.path\)(?:.|\n)*and 1 more error/)
    expect(Buffer.compare(await readFile(shell.path('live.iso')), before)).toBe(0)

    const asJson = await shell.run(['--json', ...line])
    const messages = asJson.stderr
      .trim()
      .split('\n')
      .map((each) => JSON.parse(each))
    expect(messages.filter(({ finding }) => finding).map(({ finding }) => finding)).toMatchObject([
      { file: 'broken.ign', severity: 'error', kind: 'path-relative', line: 1, column: 61 },
      { file: 'broken.ign', severity: 'error', kind: 'mode-out-of-range' },
      { file: 'broken.ign', severity: 'warning', kind: 'unused-key' },
    ])
    expect(messages.at(-1).error.code).toBe('IGNITION_INVALID')
  })

  it('is embedded byte for byte with --no-validate, and inspect counts its errors', async () => {
    const { exitCode, stdout, stderr } = await shell.bash(`
      $TOOL -q iso ignition embed --no-validate -i broken.ign live.iso
      $TOOL iso ignition show live.iso | cmp - broken.ign
      $TOOL -q pxe ignition wrap --no-validate -i broken.ign | $TOOL pxe ignition unwrap | cmp - broken.ign
      $TOOL iso inspect live.iso | grep '^Ignition config'`)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(new TextDecoder().decode(stdout)).toMatch(/ 2 errors, 1 warning\n$/)
  })
})

it('warnings are told, and the config is taken', async () => {
  await writeFile(shell.path('warned.ign'), VALID.replace('}}', '},"foo":1}'))
  const { exitCode, stderr } = await shell.run(['-q', 'pxe', 'ignition', 'wrap', '-i', 'warned.ign', '-o', 'out.img'])
  expect(exitCode).toBe(0)
  expect(stderr).toMatch(/^warning\[unused-key\]: .*\n.*warned\.ign:1:33/)
})

it('a config whose kernel arguments would keep a live system from booting is told', async () => {
  await writeFile(shell.path('kargs.ign'), VALID.replace('}}', '},"kernelArguments":{"shouldExist":["a"]}}'))
  const { exitCode, stderr } = await shell.run(['pxe', 'ignition', 'wrap', '-i', 'kargs.ign', '-o', 'out.img'])
  expect(exitCode).toBe(0)
  expect(stderr).toContain('advice[kernel-arguments-on-live]')
})

it('a valid config is taken without a word about it', async () => {
  const { exitCode, stderr } = await shell.run(['-q', 'pxe', 'ignition', 'wrap', '-i', 'valid.ign', '-o', 'out.img'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
})

it('coreos-installer takes any bytes, and isokit under its name warns', async () => {
  await using installer = await createShell('coreos-installer')
  await writeFile(installer.path('broken.ign'), BROKEN)
  const { exitCode, stderr } = await installer.bash(`
    $TOOL pxe ignition wrap -i broken.ign -o out.img
    $TOOL pxe ignition unwrap out.img | cmp - broken.ign`)
  expect(exitCode).toBe(0)
  expect(stderr.match(/^Warning: parsing Ignition config broken\.ign:1:\d+ /gm)).toHaveLength(3)
})

it('under the name ignition-validate, a report goes to stdout', async () => {
  await using validator = await createShell('ignition-validate')
  await writeFile(validator.path('broken.ign'), BROKEN)
  const { exitCode, stdout, stderr } = await validator.run(['broken.ign'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
  expect(new TextDecoder().decode(stdout).split('\n')).toEqual([
    expect.stringMatching(/^error at \$\.storage\.files\.0\.path, line 1 col 61: ./),
    expect.stringMatching(/^error at \$\.storage\.files\.1\.mode, line 1 col 90: ./),
    expect.stringMatching(/^warning at \$\.foo, line 1 col 98: ./),
    '',
  ])
})
