import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MainOptions, type MainResult, runMain } from '../../support/run-main.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

let directory: Awaited<ReturnType<typeof temporaryDirectory>>
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => directory[Symbol.asyncDispose]())

const DISK = '/nowhere/disk'
const CONFIG = '{"ignition":{"version":"3.4.0"}}'

/** Runs `install` with a disk that is not there, which is found out after everything about settings. */
function install(words: readonly string[], options?: MainOptions): Promise<MainResult> {
  return runMain(['install', ...words], options)
}

async function file(name: string, text: string): Promise<string> {
  const path = join(directory.path, name)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, text)
  return path
}

const REACHED_THE_DISK = { exitCode: 1, stderr: expect.stringMatching(/\/nowhere\/disk.*\[FILE_NOT_FOUND\]/) }

describe('the command line', () => {
  it.each([
    { name: 'nothing but a disk', words: [DISK] },
    {
      name: 'options that are repeated: the last one counts',
      words: ['-s', 'a', '-s', 'b', '-p', 'x', '-p', 'y', DISK],
    },
    {
      name: 'another name of the Ignition file',
      words: ['--ignition', '/dev/null', '--no-validate', DISK],
      code: 'IGNITION_INVALID',
    },
    { name: 'a range that begins with a dash', words: ['--save-partindex', '-3', '--save-partindex=5-', DISK] },
    { name: 'several filters with commas', words: ['--save-partlabel', 'a,b*', '--save-partindex', '1,3-4', DISK] },
    {
      name: 'no retries, some, and no end of them',
      words: ['--fetch-retries', '0', '--fetch-retries', 'infinite', DISK],
    },
    { name: 'consoles', words: ['--console', 'tty0', '--console', 'ttyS0,115200n8', DISK] },
    { name: 'arguments from a variable that was empty', words: ['--append-karg', '', '--delete-karg', ' ', DISK] },
    { name: 'hidden options of the live system', words: ['--firstboot-args', 'rd.neednet=1 ip=dhcp', DISK] },
  ])('takes $name', async ({ words, code }) => {
    const result = await install(words)
    if (code === undefined) expect(result).toMatchObject(REACHED_THE_DISK)
    else expect(result.stderr).toContain(`[${code}]`)
  })

  it.each([
    { name: 'no disk', words: [] },
    { name: 'two disks', words: [DISK, DISK] },
    { name: 'a disk and a file', words: [DISK, '--to-file', 'x'] },
    { name: 'a file that is standard output', words: ['--to-file', '-'] },
    { name: 'a size without a file', words: [DISK, '--size', '1G'] },
    { name: 'two origins of the image', words: [DISK, '-s', 'stable', '-u', 'https://e/x'] },
    { name: 'an image from a stream and a file', words: [DISK, '-s', 'stable', '-f', 'x'] },
    { name: 'two origins of the Ignition config', words: [DISK, '-i', 'x', '-I', 'https://e/x'] },
    { name: 'a URL that is none', words: [DISK, '-u', 'nowhere'] },
    { name: 'a console that is none', words: [DISK, '--console', 'ttyB0'] },
    { name: 'a range that is none', words: [DISK, '--save-partindex', '0'] },
    { name: 'retries that are none', words: [DISK, '--fetch-retries', '-1'] },
    { name: 'a hash that is none', words: [DISK, '--ignition-hash', 'sha512-00'] },
    { name: 'a size that is none', words: ['--to-file', 'x', '--size', 'large'] },
    { name: 'standard input for two things', words: [DISK, '-f', '-', '-i', '-'] },
  ])('refuses $name as a wrong call', async ({ words }) => {
    expect(await install(words)).toMatchObject({ exitCode: 2, stdout: '' })
  })

  it('needs an image at hand to install offline', async () => {
    const { exitCode, stderr } = await install([DISK, '--offline'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('[INSTALL_UNSUPPORTED]') })
    expect(await install([DISK, '--offline', '-f', 'x'])).toMatchObject(REACHED_THE_DISK)
  })
})

describe('config files', () => {
  it('come before the command line, and what came of it is printed as one', async () => {
    const first = await file('a.yaml', 'platform: a\nappend-karg: [x]\nfetch-retries: 3\n')
    const second = await file('b.yaml', `dest-device: ${DISK}\nappend-karg: ["--y"]\ncopy-network: false\n`)
    const words = ['-c', first, '--append-karg', 'z', '-c', second, '--firstboot-args', 'ip=dhcp', '-p', 'b']
    const { stdout, ...result } = await install(words)
    expect(result).toMatchObject(REACHED_THE_DISK)
    expect(stdout).toBe(
      'Running with arguments: --platform a --append-karg x --fetch-retries 3 --append-karg --y /nowhere/disk ' +
        '--platform b --append-karg z --firstboot-args ip=dhcp\n',
    )
  })

  it('are printed with consoles that have all their parts, as scripts find them in the logs', async () => {
    const path = await file('a.yaml', `dest-device: ${DISK}\nconsole: [ttyS0, "ttyS1,5o", tty0]\n`)
    expect((await install(['-c', path])).stdout).toBe(
      'Running with arguments: --console ttyS0,9600n8 --console ttyS1,5o8 --console tty0 /nowhere/disk\n',
    )
  })

  it('come from standard input for a dash, which is a file for scripts of coreos-installer', async () => {
    const stdin = new TextEncoder().encode(`dest-device: ${DISK}\nstreem: x\n`)
    expect((await install(['-c', '-'], { stdin })).stderr).toContain('<stdin>:2:1')
    const asReference = await install(['-c', '-'], { stdin, programPath: 'coreos-installer' })
    expect(asReference.stderr).toMatch(/ -: .*\[FILE_NOT_FOUND\]/)
    const twice = await install(['-c', '-', '-f', '-', DISK], { stdin: new Uint8Array() })
    expect(twice).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('more than once') })
  })

  it('of a directory come in the order of their names, without hidden ones', async () => {
    for (const name of ['20-b', '10-a', '.hidden', 'sub/30-c']) await file(`d/${name}`, `stream: ${name.slice(-1)}\n`)
    const last = await file('z.yaml', `dest-device: ${DISK}`)
    const { stdout } = await install(['-c', last, '--config-dir', join(directory.path, 'd')])
    expect(stdout).toBe('Running with arguments: --stream a --stream b /nowhere/disk\n')
  })

  it('leave standard output to the result when that is JSON', async () => {
    const path = await file('a.yaml', `dest-device: ${DISK}`)
    const { stdout, stderr } = await install(['-c', path, '--json'])
    expect(stdout).toBe('')
    expect(JSON.parse(stderr.split('\n')[0] ?? '')).toEqual({ note: 'Running with arguments: /nowhere/disk' })
  })

  it('do not give away what URLs have beside their place', async () => {
    const path = await file('a.yaml', `dest-device: ${DISK}\nignition-url: https://me:secret@e.example/x?token=secret`)
    expect((await install(['-c', path, '--offline'])).stdout).toBe(
      'Running with arguments: --ignition-url https://…@e.example/x?… /nowhere/disk --offline\n',
    )
  })

  it.each([
    { name: 'no disk anywhere', text: 'stream: x\n', words: [], says: /device/ },
    { name: 'another disk than the command line', text: 'dest-device: /dev/a\n', words: ['/dev/b'], says: /a\.yaml:1/ },
    {
      name: 'another origin of the image',
      text: '\nstream: x\n',
      words: [DISK, '-f', 'y'],
      says: /a\.yaml:2.*the command line/,
    },
    { name: 'an unknown key', text: 'destdevice: x\n', words: [], says: /parsing installer config .*a\.yaml:1/ },
    { name: 'a value that is none', text: 'console: [ttyB0]\n', words: [DISK], says: /parsing installer config/ },
    { name: 'two documents', text: 'stream: x\n---\nstream: y\n', words: [DISK], says: /parsing installer config/ },
  ])('are refused with $name, which is no wrong call', async ({ text, words, says }) => {
    for (const programPath of ['isokit', 'coreos-installer']) {
      const { exitCode, stderr } = await install(['-c', await file('a.yaml', text), ...words], { programPath })
      expect(exitCode).toBe(1)
      expect(stderr).toMatch(/\[INSTALLER_CONFIG_INVALID\]/)
      expect(stderr).toMatch(says)
    }
  })

  it('may name the disk of the command line', async () => {
    const path = await file('a.yaml', `dest-device: ${DISK}`)
    expect(await install(['-c', path, DISK])).toMatchObject(REACHED_THE_DISK)
  })
})

describe('the Ignition config', () => {
  it('is checked against its hash before anything else is looked at', async () => {
    const path = await file('a.ign', CONFIG)
    const digest = createHash('sha512').update(CONFIG).digest('hex')
    expect(await install([DISK, '-i', path, '--ignition-hash', `sha512-${digest}`])).toMatchObject(REACHED_THE_DISK)
    const wrong = await install([DISK, '-i', path, '--ignition-hash', `sha256-${'0'.repeat(64)}`])
    expect(wrong).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('[CHECKSUM_MISMATCH]') })
  })

  it('has to be one that Ignition takes, and under the name coreos-installer one JSON document', async () => {
    const texts = { page: '<html></html>', two: `${CONFIG}${CONFIG}`, old: '{"ignition":{"version":"2.2.0"}}' }
    const results = []
    for (const [name, text] of Object.entries(texts)) {
      const path = await file(name, text)
      for (const programPath of ['isokit', 'coreos-installer']) {
        const { stderr } = await install([DISK, '-i', path], { programPath })
        results.push([name, programPath, /\[IGNITION_INVALID\]/.test(stderr)])
      }
    }
    expect(results.filter(([, , isRefused]) => !isRefused)).toEqual([['old', 'coreos-installer', false]])
    const old = join(directory.path, 'old')
    expect(await install([DISK, '-i', old, '--no-validate'])).toMatchObject(REACHED_THE_DISK)
  })

  it('comes from standard input', async () => {
    const stdin = new TextEncoder().encode(CONFIG)
    expect(await install([DISK, '-i', '-'], { stdin })).toMatchObject(REACHED_THE_DISK)
  })

  it('does not come over http without a hash, or being told that this is fine', async () => {
    const words = [DISK, '-I', 'http://127.0.0.1:1/x.ign']
    expect((await install(words)).stderr).toContain('[URL_INSECURE]')
    expect((await install([...words, '--insecure-ignition'])).stderr).toContain('[FETCH_FAILED]')
    const hash = ['--ignition-hash', `sha256-${'0'.repeat(64)}`]
    expect((await install([...words, ...hash])).stderr).toContain('[FETCH_FAILED]')
  })
})

it('network settings are read before the disk is looked at, and announced', async () => {
  for (const name of ['b.nmconnection', '.hidden', 'folder/x']) await file(`n/${name}`, '[connection]\n')
  const { stderr, ...result } = await install([DISK, '-n', '--network-dir', join(directory.path, 'n')])
  expect({ stderr, ...result }).toMatchObject(REACHED_THE_DISK)
  expect(stderr.match(/Copying \S+/g)).toEqual(['Copying .hidden', 'Copying b.nmconnection'])
  expect((await install([DISK, '-n', '--network-dir', '/nowhere/n'])).stderr).toContain('/nowhere/n')
})

describe('a warning', () => {
  it.each([
    { name: 'a folder of network settings', words: ['--network-dir', '/etc'], says: /--copy-network/ },
    { name: 'the initramfs for network settings', words: ['--network-initramfs'], says: /--copy-network/ },
    { name: 'the hash of a config', words: ['--ignition-hash', `sha256-${'0'.repeat(64)}`], says: /Ignition config/ },
  ])('says that $name alone does nothing', async ({ words, says }) => {
    const result = await install([...words, DISK])
    expect(result).toMatchObject(REACHED_THE_DISK)
    expect(result.stderr).toMatch(/^Warning: .* does nothing without /)
    expect(result.stderr).toMatch(says)
  })

  it('says that there are no network settings to copy', async () => {
    const { stderr } = await install(['-n', '--network-dir', directory.path, DISK])
    expect(stderr).toContain(`Warning: There are no files in ${directory.path}`)
  })
})

describe('a Butane config, which the newest versions of Ignition read', () => {
  const BUTANE = '# a comment\nvariant: fcos\nversion: 1.6.0\n'

  it.each([
    { name: 'goes to the disk for scripts of coreos-installer', options: { programPath: 'coreos-installer' } },
    { name: 'goes to the disk unvalidated', words: ['--no-validate'] },
  ])('$name, with a warning', async ({ words = [], options }) => {
    const result = await install(['-i', await file('a.bu', BUTANE), ...words, DISK], options)
    expect(result).toMatchObject(REACHED_THE_DISK)
    expect(result.stderr).toMatch(/Warning: .*Butane/)
  })

  it.each([
    { name: 'is refused otherwise', text: BUTANE, options: {} },
    { name: 'is one by its variant alone', text: 'version: 1.6.0\n', options: { programPath: 'coreos-installer' } },
  ])('$name', async ({ text, options }) => {
    const { exitCode, stderr } = await install(['-i', await file('a.bu', text), DISK], options)
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('[IGNITION_INVALID]') })
  })
})
