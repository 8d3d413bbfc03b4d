import { readFile, stat } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { parseDropinMapping, parseFileMapping } from '../../../src/cli/ignition-parts/file-mapping.ts'
import { type IgnitionConfig, validateIgnition } from '../../../src/index.ts'
import { type MainOptions, type MainResult, runMain } from '../../support/run-main.ts'
import { useDirectory } from '../../support/use-directory.ts'

const key = 'ssh-ed25519 AAAA core@desk'
const service = '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target'
const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'

const directory = useDirectory()

function run(argv: readonly string[], options?: MainOptions): Promise<MainResult> {
  return runMain(['ignition', 'new', ...argv], options)
}

/** The config that a line makes; it has to be one. */
async function make(...argv: readonly string[]): Promise<IgnitionConfig> {
  const { exitCode, stdout, stderr } = await run(['-q', ...argv])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  const { config, findings } = validateIgnition(new TextEncoder().encode(stdout))
  expect(findings).toEqual([])
  if (!config) throw new Error('There is no config')
  return config
}

describe('isokit ignition new', () => {
  it('has certificates once that are given twice, and says so', async () => {
    const [first, second] = [await directory.write('a.pem', certificate), await directory.write('b.pem', certificate)]
    const { stdout, stderr } = await run(['--ca', first, '--ca', second])
    const { ignition } = JSON.parse(stdout)
    expect(ignition.security.tls.certificateAuthorities).toHaveLength(1)
    expect(stderr).toContain('b.pem is given more than once')
  })

  it('makes a config of everything', async () => {
    const config = await make(
      ...['--hostname', 'node1.example.com', '--user', 'admin', '--ssh-key', key],
      ...['--ssh-key-file', await directory.write('keys', `# mine\n\nssh-rsa BBBB a\r\n  ${key}\n`)],
      ...['--password-hash-file', await directory.write('hash', '$y$j9T$abc\n')],
      ...['--file', `${await directory.write('app.conf', 'a=1\n')}:/etc/app.conf:0600`],
      ...['--file', `${await directory.write('other', '')}:/etc/other`],
      ...[
        '--unit',
        await directory.write('app.service', service),
        '--unit',
        await directory.write('once.service', '[Service]\n'),
      ],
      ...['--dropin', `${await directory.write('10-a.conf', '[Service]\nNice=1')}:app.service`],
      ...['--dropin', `${await directory.write('10-b.conf', '[Service]\nNice=2\n')}:sshd.service`],
      ...['--karg', 'nosmt', '--karg', 'console=ttyS0', '--ca', await directory.write('ca.pem', `${certificate}\n`)],
    )
    expect(config).toEqual({
      ignition: {
        version: '3.3.0',
        security: {
          tls: { certificateAuthorities: [{ source: expect.stringMatching(/CERTIFICATE-----%0A$/) }] },
        },
      },
      kernelArguments: { shouldExist: ['nosmt', 'console=ttyS0'] },
      passwd: {
        users: [{ name: 'admin', passwordHash: '$y$j9T$abc', sshAuthorizedKeys: [key, 'ssh-rsa BBBB a'] }],
      },
      storage: {
        files: [
          { path: '/etc/hostname', contents: { source: 'data:,node1.example.com%0A' }, mode: 0o644, overwrite: true },
          { path: '/etc/app.conf', contents: { source: 'data:,a=1%0A' }, mode: 0o600, overwrite: true },
          { path: '/etc/other', contents: { source: 'data:,' }, overwrite: true },
        ],
      },
      systemd: {
        units: [
          {
            name: 'app.service',
            contents: `${service}\n`,
            enabled: true,
            dropins: [{ name: '10-a.conf', contents: '[Service]\nNice=1\n' }],
          },
          { name: 'once.service', contents: '[Service]\n' },
          { name: 'sshd.service', dropins: [{ name: '10-b.conf', contents: '[Service]\nNice=2\n' }] },
        ],
      },
    })
  })

  it('gives keys to the user core, and takes one that comes twice once', async () => {
    const { stdout, stderr } = await run(['--ssh-key', key, '--ssh-key', ` ${key}`, '--compact'])
    expect(stdout).toBe(
      `{"ignition":{"version":"3.0.0"},"passwd":{"users":[{"name":"core","sshAuthorizedKeys":["${key}"]}]}}\n`,
    )
    expect(stderr).toContain('more than once')
  })

  it('says that a unit without [Install] is not enabled', async () => {
    const { stderr } = await run(['--ssh-key', key, '--unit', await directory.write('a.service', '[Unit]\n')])
    expect(stderr.split('\n')).toEqual([expect.stringContaining('a.service has no section [Install]'), ''])
  })

  it('says when images of some age will not take the config', async () => {
    const file = `${await directory.write('a', '')}:/etc/a`
    expect(await run(['--ssh-key', key, '--file', `${file}:4755`])).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('3.6.0'),
    })
    expect(await run(['--ssh-key', key, '--file', `${file}:4755`, '--spec', '3.6.0'])).toMatchObject({ stderr: '' })
    expect(await run(['--ssh-key', key, '--karg', 'a'])).toMatchObject({ stderr: '' })
  })

  it('tells what is hardly meant', async () => {
    const { exitCode, stderr } = await run(['--hostname', 'a'])
    expect(exitCode).toBe(0)
    expect(stderr).toContain('nobody can log in')
  })

  it('makes a file that only its owner can read, and replaces none unless told so', async () => {
    const output = directory.path('new.ign')
    expect(await run(['--hostname', 'a', '-o', output, '-q'])).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    expect((await stat(output)).mode & 0o777).toBe(0o600)
    const refused = await run(['--ca', 'looked at later', '-o', output])
    expect(refused).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('[OUTPUT_EXISTS]') })
    expect(await readFile(output, 'utf8')).toContain('data:,a%0A')
    await run(['--hostname', 'b', '-o', output, '--overwrite'])
    expect(await readFile(output, 'utf8')).toContain('data:,b%0A')
  })

  it('tells programs what it made, and the config itself when that goes nowhere else', async () => {
    const output = directory.path('new.ign')
    const written = await run(['--ssh-key', key, '-o', output, '--json'])
    const byteLength = (await stat(output)).size
    expect(JSON.parse(written.stdout)).toEqual({ output, version: '3.0.0', byteLength })
    expect(written.stderr).toBe('')
    const text = await readFile(output, 'utf8')
    const printed = await run(['--ssh-key', key, '--json'])
    expect(JSON.parse(printed.stdout)).toEqual({ output: '-', version: '3.0.0', byteLength, text })
  })

  it('prints to a terminal too, as it is text', async () => {
    expect(await run(['--ssh-key', key], { terminals: ['stdout'] })).toMatchObject({ exitCode: 0 })
  })
})

describe('isokit ignition new refuses', () => {
  it.each([
    { name: 'to make nothing', argv: [] },
    { name: 'to make nothing of some version', argv: ['--spec', '3.0.0', '--compact'] },
    { name: 'an unknown version', argv: ['--hostname', 'a', '--spec', '2.0.0'] },
    { name: 'an empty host name', argv: ['--hostname', ''] },
    { name: 'a host name with a line break', argv: ['--hostname', 'a\nb'] },
    { name: 'a host name that is too long', argv: ['--hostname', 'a'.repeat(65)] },
    { name: 'a file without a place', argv: ['--file', 'a'] },
    { name: 'a file whose place is not absolute', argv: ['--file', 'a:b'] },
    { name: 'a file with a mode that is not octal', argv: ['--file', 'a:/b:0888'] },
    { name: 'a drop-in without a unit', argv: ['--dropin', 'a.conf'] },
    { name: 'a password in words', argv: ['--password-hash', 'a'] },
  ])('$name', async ({ argv }) => {
    const { exitCode, stdout, stderr } = await run(argv)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain('[COMMAND_LINE_INVALID]')
  })

  it('takes the longest host name', async () => {
    const config = await make('--ssh-key', key, '--hostname', 'a'.repeat(64))
    expect(config.storage?.files).toHaveLength(1)
  })

  it.each([
    { name: 'a file that is not there', argv: ['--ca', '@none.pem'], code: 'FILE_NOT_FOUND', exitCode: 1 },
    { name: 'a file without keys', argv: ['--ssh-key-file', '@comment'], code: 'COMMAND_LINE_INVALID', exitCode: 2 },
    {
      name: 'a file without a hash',
      argv: ['--password-hash-file', '@empty'],
      code: 'COMMAND_LINE_INVALID',
      exitCode: 2,
    },
    { name: 'a unit that is not text', argv: ['--unit', '@binary.service'], code: 'TEXT_NOT_UTF8', exitCode: 1 },
    { name: 'a private key as a key', argv: ['--ssh-key-file', '@private'], code: 'IGNITION_INVALID', exitCode: 2 },
    { name: 'a private key as a certificate', argv: ['--ca', '@private'], code: 'IGNITION_INVALID', exitCode: 2 },
    { name: 'several hashes', argv: ['--password-hash-file', '@private'], code: 'IGNITION_INVALID', exitCode: 2 },
    { name: 'what the version lacks', argv: ['--karg', 'a', '--spec', '3.2.0'], code: 'IGNITION_INVALID', exitCode: 2 },
    {
      name: 'a file in the place of another',
      argv: ['--hostname', 'a', '--file', '@empty:/etc/hostname'],
      code: 'IGNITION_INVALID',
      exitCode: 2,
    },
  ])('$name, leaves no output, and shows no secret', async ({ argv, code, exitCode }) => {
    await directory.write('empty', '\n')
    await directory.write('comment', '# no key\n')
    await directory.write('binary.service', Uint8Array.of(0xff, 0xfe))
    await directory.write('private', '-----BEGIN PRIVATE KEY-----\ntOpSeCrEt\n-----END PRIVATE KEY-----\n')
    const inDirectory = argv.map((word) => word.replace(/^@/, directory.path('/')))
    const output = directory.path('new.ign')
    const result = await run([...inDirectory, '-o', output])
    expect(result).toMatchObject({ exitCode, stdout: '', stderr: expect.stringContaining(`[${code}]`) })
    expect(result.stderr).not.toContain('tOpSeCrEt')
    await expect(stat(output)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('--file', () => {
  it.each([
    { text: 'a:/b', local: 'a', remote: '/b', mode: undefined },
    { text: 'a:/b:0640', local: 'a', remote: '/b', mode: 0o640 },
    { text: 'C:\\a b:/etc/x:0644', local: 'C:\\a b', remote: '/etc/x', mode: 0o644 },
    { text: 'C:/a:/etc/x', local: 'C:/a', remote: '/etc/x', mode: undefined },
    { text: './a:b:/c:7', local: './a:b', remote: '/c', mode: 7 },
    { text: '/a/b:/c', local: '/a/b', remote: '/c', mode: undefined },
    { text: 'a:/b:/c', local: 'a:/b', remote: '/c', mode: undefined },
  ])('reads $text from the right', ({ text, ...mapping }) => {
    expect(parseFileMapping(text)).toEqual(mapping)
  })

  it.each([
    { text: ':/a' },
    { text: '/a' },
    { text: 'a:b:0644' },
    { text: 'a:/b:' },
    { text: 'a:/b:u+x' },
    { text: '' },
  ])('refuses $text', ({ text }) => {
    expect(() => parseFileMapping(text)).toThrow()
  })
})

describe('--dropin', () => {
  it.each([
    { text: 'a.conf:b.service', local: 'a.conf', unit: 'b.service' },
    { text: 'C:\\a.conf:getty@tty1.service', local: 'C:\\a.conf', unit: 'getty@tty1.service' },
  ])('reads $text from the right', ({ text, ...mapping }) => {
    expect(parseDropinMapping(text)).toEqual(mapping)
  })

  it.each([{ text: 'C:\\a.conf' }, { text: 'a.conf:' }, { text: ':a.service' }, { text: 'a.conf:/b' }])(
    'refuses $text',
    ({ text }) => {
      expect(() => parseDropinMapping(text)).toThrow()
    },
  )
})
