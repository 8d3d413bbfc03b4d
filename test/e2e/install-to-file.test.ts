import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeCertificates } from '../support/certificates.ts'
import { serveFile } from '../support/faulty-server.ts'
import { startHttpServer } from '../support/http-server.ts'
import { METAL_IMAGE_NEEDS, type MetalImage, makeMetalImage } from '../support/metal-image.ts'
import { needs } from '../support/needs.ts'
import { makeKey, makeSignature } from '../support/openpgp.ts'
import { createShell, ISOKIT_PATH, type RunResult, type Shell } from '../support/run-isokit.ts'

const MIB = 1024 * 1024
const CONFIG =
  '{"ignition":{"version":"3.4.0"},"storage":{"files":[{"path":"/etc/motd","contents":{"source":"data:,hi"}}]}}'

let image: MetalImage
let bytes: Uint8Array
let shell: Shell
beforeEach(async (context) => {
  needs(context, ...METAL_IMAGE_NEEDS, '/usr/sbin/e2fsck', '/usr/sbin/debugfs', 'xz', 'openssl')
  image = await makeMetalImage()
  bytes = await readFile(image.path)
  shell = await createShell()
  await writeFile(shell.path('a.ign'), CONFIG)
})
afterEach(() => shell?.[Symbol.asyncDispose]())

async function install(...words: readonly string[]): Promise<RunResult> {
  return await shell.run(['install', '--to-file', 'disk.raw', ...words])
}

async function names(): Promise<readonly string[]> {
  return (await readdir(shell.directory)).filter((name) => name !== '.bin').sort()
}

/** What debugfs says about the boot partition of the disk. */
function debugfs(command: string): string {
  const disk = `${shell.path('disk.raw')}?offset=${image.boot.offset}`
  return execFileSync('/usr/sbin/debugfs', ['-R', command, disk], { stdio: ['ignore', 'pipe', 'ignore'] }).toString()
}

/** Whether the disk is the image, but for its boot partition, whose filesystem is sound. */
async function expectImageWithSoundBoot(): Promise<void> {
  const disk = await readFile(shell.path('disk.raw'))
  const { offset, byteLength } = image.boot
  const end = offset + byteLength
  expect(disk.subarray(0, offset).equals(bytes.subarray(0, offset))).toBe(true)
  expect(disk.subarray(end, bytes.byteLength).equals(bytes.subarray(end))).toBe(true)
  expect(disk.subarray(bytes.byteLength).every((byte) => byte === 0)).toBe(true)
  await writeFile(shell.path('boot.fs'), disk.subarray(offset, end))
  execFileSync('/usr/sbin/e2fsck', ['-fn', shell.path('boot.fs')], { stdio: 'ignore' })
}

describe('install --to-file', () => {
  it('makes a disk that is the image, byte for byte, and sparse, for its owner alone', async () => {
    const { exitCode, stderr } = await install('-f', image.path, '--insecure')
    expect(exitCode, stderr).toBe(0)
    expect((await readFile(shell.path('disk.raw'))).equals(bytes)).toBe(true)
    const stats = await stat(shell.path('disk.raw'))
    expect(stats.mode & 0o777).toBe(0o600)
    expect(stats.blocks * 512).toBeLessThan(bytes.byteLength / 2)
  })

  it('puts everything that was asked for on the boot partition, and changes nothing else', async () => {
    await writeFile(shell.path('eth0.nmconnection'), '[connection]\nid=eth0\n', { mode: 0o600 })
    const { exitCode, stderr } = await install(
      ...['-f', image.path, '-i', 'a.ign', '--insecure', '--size', '64M', '-p', 'qemu', '--firstboot-args', 'ip=dhcp'],
      ...['--append-karg', 'nosmt', '--delete-karg', 'rw', '-n', '--network-dir', '.', '--console', 'ttyS1,9600'],
    )
    expect(exitCode, stderr).toBe(0)
    await expectImageWithSoundBoot()
    expect(debugfs('cat ignition/config.ign')).toBe(CONFIG)
    expect(debugfs('stat ignition/config.ign')).toMatch(/Mode: +0600/)
    expect(debugfs('stat ignition')).toMatch(/Mode: +0700/)
    expect(debugfs('cat loader.1/entries/ostree-2-lab-coreos.conf')).toContain(
      'options $ignition_firstboot mitigations=auto,nosmt ignition.platform.id=qemu root=LABEL=root console=ttyS1,9600n8 nosmt\n',
    )
    expect(debugfs('cat loader.1/entries/ostree-1-lab-coreos.conf')).toContain('ignition.platform.id=metal')
    expect(debugfs('cat ignition.firstboot')).toBe('set ignition_network_kcmdline="ip=dhcp"\n')
    expect(debugfs('cat grub2/grub.cfg')).toContain('serial --unit=1 --speed=9600 --word=8 --parity=no\n')
    expect(debugfs('stat coreos-firstboot-network/eth0.nmconnection')).toMatch(/Mode: +0600/)
    expect(debugfs('cat ostree/lab-1/initramfs-42.1.img')).toBe('initramfs\n')
  })

  it('puts network settings behind the initramfs, too, when asked', async () => {
    await writeFile(shell.path('eth0.nmconnection'), '[connection]\nid=eth0\n', { mode: 0o600 })
    const { exitCode, stderr } = await install(
      ...['-f', image.path, '--insecure', '-n', '--network-dir', '.', '--network-initramfs'],
    )
    expect(exitCode, stderr).toBe(0)
    await expectImageWithSoundBoot()
    expect(debugfs('cat coreos-firstboot-network/eth0.nmconnection')).toBe('[connection]\nid=eth0\n')
    expect(debugfs('stat ostree/lab-1/initramfs-42.1.img')).toMatch(/Mode: +0600/)
    debugfs(`dump ostree/lab-1/initramfs-42.1.img ${shell.path('initramfs')}`)
    const initramfs = await readFile(shell.path('initramfs'))
    expect(initramfs.subarray(0, 12).toString()).toBe('initramfs\n\0\0')
    const archive = execFileSync('xz', ['-dc'], { input: initramfs.subarray(12) }).toString()
    expect(archive).toMatch(/etc\/coreos-firstboot-network\/eth0\.nmconnection\0+\[connection\]\nid=eth0\n/)
  })

  it.each([
    {
      name: 'xz in blocks',
      compress: (raw: Uint8Array) =>
        execFileSync('xz', ['-T2', '--block-size=8MiB', '-0c'], { input: raw, maxBuffer: 64 * MIB }),
    },
    { name: 'gzip', compress: (raw: Uint8Array) => gzipSync(raw, { level: 1 }) },
    { name: 'zstd', compress: (raw: Uint8Array) => zstdCompressSync(raw) },
  ])('reads $name from a file and from standard input', async ({ compress }) => {
    const compressed = compress(bytes)
    await writeFile(shell.path('image'), compressed)
    const fromFile = await install('-f', 'image', '-i', 'a.ign', '--insecure', '-q')
    expect(fromFile).toMatchObject({ exitCode: 0 })
    const fromStdin = await shell.run(['install', '--to-file', 'other.raw', '-f', '-', '--insecure'], {
      stdin: compressed,
    })
    expect(fromStdin).toMatchObject({ exitCode: 0 })
    await expectImageWithSoundBoot()
    expect((await readFile(shell.path('other.raw'))).equals(bytes)).toBe(true)
  })

  it('takes an image for sectors of 4096 bytes as it is', async () => {
    const other = await makeMetalImage({ sectorSize: 4096 })
    const { exitCode, stdout } = await install('-f', other.path, '-i', 'a.ign', '--insecure', '--json')
    expect(exitCode).toBe(0)
    expect(JSON.parse(new TextDecoder().decode(stdout)).target).toMatchObject({ kind: 'file', sectorSize: 4096 })
  })
})

describe('what is told', () => {
  it('about a dry run is the whole plan, and nothing is written', async () => {
    const before = await names()
    const words = ['-f', image.path, '-i', 'a.ign', '--append-karg', 'nosmt', '--insecure', '--dry-run']
    const { exitCode, stdout } = await install(...words)
    expect(exitCode).toBe(0)
    expect(new TextDecoder().decode(stdout)).toMatch(
      /^Image: .*\n {2}1 "BIOS-BOOT".*[\s\S]*New file: disk\.raw .*[\s\S]*nosmt\n[\s\S]* {2}ignition\/config\.ign\n {2}loader\/entries\/\*\.conf\n[\s\S]*nothing\n$/,
    )
    const json = JSON.parse(new TextDecoder().decode((await install(...words, '--json')).stdout))
    expect(json).toMatchObject({
      status: 'planned',
      image: {
        imageByteLength: bytes.byteLength,
        partitions: [{ number: 1 }, {}, { name: 'boot', offset: image.boot.offset }, {}],
      },
      target: { kind: 'file', path: 'disk.raw', byteLength: bytes.byteLength, sectorSize: 512 },
      boot: {
        ignitionByteLength: CONFIG.length,
        appendKargs: ['nosmt'],
        paths: ['ignition/config.ign', 'loader/entries/*.conf'],
      },
      toProve: [],
      writtenByteLength: null,
    })
    expect(JSON.stringify(json)).not.toContain('/etc/motd')
    expect(await names()).toEqual(before)
  })

  it('about a success is what was proved and done', async () => {
    const digest = createHash('sha256').update(bytes).digest('hex')
    const words = ['-f', image.path, '-i', 'a.ign', '--checksum', `sha256:${digest}`]
    const { stdout } = await install(...words, '--json')
    expect(JSON.parse(new TextDecoder().decode(stdout))).toMatchObject({
      status: 'installed',
      sha256: digest,
      proofs: [expect.stringContaining(digest)],
      writtenByteLength: bytes.byteLength,
      bootPaths: ['ignition', 'ignition/config.ign'],
    })
    expect(new TextDecoder().decode((await install(...words, '--overwrite')).stdout)).toMatch(
      /^Installed .* on disk\.raw/,
    )
  })

  it('as JSON events about progress has each phase, and its end', async () => {
    const { stderr } = await install('-f', image.path, '--insecure', '--progress', 'json', '-q')
    const events = stderr.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line).progress] : []))
    const last = new Map(events.map((event) => [event.phase, event.bytesDone / (event.bytesTotal || 1)]))
    expect([...last]).toEqual([
      ['write', 1],
      ['verify', 1],
      ['customize', 0],
      ['finish', 0],
    ])
  })
})

describe('an image that nothing proves', () => {
  it('is refused before anything is created, and taken with --insecure', async () => {
    expect(await install('-f', image.path)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('[SIGNATURE_MISSING]'),
    })
    expect(await names()).toEqual(['a.ign'])
  })

  it('is refused after its last byte when its checksum or signature is wrong, even with --insecure', async () => {
    const key = await makeKey()
    await writeFile(shell.path('key.pgp'), key.toPublic().write())
    await writeFile(shell.path('image'), bytes)
    const good = await makeSignature(bytes, { keys: [key] })
    await writeFile(shell.path('image.sig'), good)
    const words = ['-f', 'image', '--keyring', 'key.pgp']
    expect(await install(...words)).toMatchObject({ exitCode: 0 })
    const bad = Uint8Array.from(bytes)
    bad[30 * MIB] = 1
    await writeFile(shell.path('image'), bad)
    for (const [codes, more] of [
      ['[SIGNATURE_INVALID]', ['--insecure']],
      ['[SIGNATURE_INVALID]', []],
    ] as const) {
      const { exitCode, stderr } = await install(...words, ...more, '--overwrite')
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(codes) })
      expect(stderr).toContain('disk.raw was not created')
    }
    const sum = createHash('sha512').update(bytes).digest('hex')
    await writeFile(shell.path('SHA512SUMS'), `${sum}  image\n`)
    await writeFile(shell.path('image.sig'), good)
    const wrongSum = await shell.run([
      'install',
      '--to-file',
      'new.raw',
      '-f',
      image.path,
      '--checksum',
      `sha256:${'0'.repeat(64)}`,
    ])
    expect(wrongSum).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('[CHECKSUM_MISMATCH]') })
    expect((await readFile(shell.path('disk.raw'))).equals(bytes)).toBe(true)
    expect(await names()).not.toContain('new.raw')
  })

  it('comes over a network that breaks twenty times, with retries', async () => {
    const compressed = gzipSync(bytes, { level: 1 })
    const faults = Array.from({ length: 20 }, () => ({ after: 8000, by: 'rst', delayMs: 20 }) as const)
    const served = { bytes: compressed, headers: { etag: '"1"' } }
    await using server = await startHttpServer(serveFile(served, [{ status: 404 }, ...faults]))
    const sha256 = createHash('sha256').update(compressed).digest('hex')
    const words = ['-u', `${server.url}/image.gz`, '--checksum', `sha256:${sha256}`, '--fetch-retries', '1']
    const { exitCode, stderr } = await install(...words, '-i', 'a.ign', '--progress', 'none')
    expect(exitCode, stderr).toBe(0)
    expect(server.requests).toHaveLength(22)
    expect(stderr.match(/trying again/g)).toHaveLength(20)
    await expectImageWithSoundBoot()
  })

  it('is taken from a stream when its metadata came over https and that is asked for', async () => {
    const { caFile, ...tls } = makeCertificates(shell.directory)
    const compressed = gzipSync(bytes, { level: 1 })
    const sha256 = createHash('sha256').update(compressed).digest('hex')
    await using server = await startHttpServer((request, response) => {
      const location = `${server.url}/image.raw.gz`
      const formats = { 'raw.xz': { disk: { location, sha256 } } }
      const stream = { stream: 'test', architectures: { x86_64: { artifacts: { metal: { release: '1', formats } } } } }
      if (request.url === '/streams/test.json') response.end(JSON.stringify(stream))
      else if (request.url === '/image.raw.gz') response.end(compressed)
      else response.writeHead(404).end()
    }, tls)
    const words = ['-s', 'test', '-a', 'x86_64', '--stream-base-url', `${server.url}/streams`, '--ca-file', caFile]
    expect(await install(...words)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('[SIGNATURE_MISSING]'),
    })
    const { exitCode, stderr } = await install(...words, '--trust', 'metadata', '-i', 'a.ign')
    expect(exitCode, stderr).toBe(0)
    await expectImageWithSoundBoot()
  })
})

describe('what goes wrong', () => {
  it.each([
    {
      name: 'an image that ends early',
      change: (raw: Uint8Array) => gzipSync(raw).subarray(0, -1000),
      code: 'UNEXPECTED_END',
    },
    {
      name: 'an image that is damaged',
      change: (raw: Uint8Array) => damaged(gzipSync(raw, { level: 1 })),
      code: 'COMPRESSED_DATA_CORRUPT',
    },
    { name: 'something else', change: () => new Uint8Array(4096), code: 'UNEXPECTED_END' },
  ])('leaves no file behind: $name', async ({ change, code }) => {
    await writeFile(shell.path('image'), change(bytes))
    const { exitCode, stderr } = await install('-f', 'image', '--insecure')
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(`[${code}]`) })
    expect(await names()).toEqual(['a.ign', 'image'])
  })

  it.each([
    { name: 'a file that is there', words: ['--insecure'], code: 'OUTPUT_EXISTS' },
    { name: 'a disk that is too small', words: ['--insecure', '--overwrite', '--size', '39M'], code: 'DISK_TOO_SMALL' },
    {
      name: 'a size that is no number of sectors',
      words: ['--insecure', '--overwrite', '--size', '41943041'],
      code: 'COMMAND_LINE_INVALID',
    },
    {
      name: 'a platform that the image does not know how to become',
      words: ['--insecure', '--overwrite', '-p', 'a b'],
      code: 'CUSTOMIZATION_INVALID',
    },
  ])('is refused before anything is written: $name', async ({ words, code }) => {
    await writeFile(shell.path('disk.raw'), 'mine')
    const { stderr } = await install('-f', image.path, ...words)
    expect(stderr).toContain(`[${code}]`)
    expect(await readFile(shell.path('disk.raw'), 'utf8')).toBe('mine')
    expect(await names()).toEqual(['a.ign', 'disk.raw'])
  })

  it.for([
    { name: 'an image', args: ['-f', 'pipe'] },
    { name: 'a config', args: ['-f', 'disk', '-i', 'pipe'] },
  ])('an interruption is heard while a pipe with $name gives nothing', async ({ args }) => {
    const start = Date.now()
    const { stdout } = await shell.bash(`
      mkfifo pipe
      timeout --preserve-status --signal INT --kill-after 10 1 $TOOL install --to-file disk.raw --insecure ${args.join(' ')} || echo $?
    `)
    expect(new TextDecoder().decode(stdout).trim()).toBe('130')
    expect(Date.now() - start).toBeLessThan(8000)
    expect(await names()).toEqual(['a.ign', 'pipe'])
  })

  it('an interruption leaves no file, and says so', async () => {
    const child = spawn(process.execPath, [ISOKIT_PATH, 'install', '--to-file', 'disk.raw', '-f', '-', '--insecure'], {
      cwd: shell.directory,
    })
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    child.stdin.on('error', () => {}) // it goes away in the middle
    child.stdin.write(bytes.subarray(0, 20 * MIB))
    while ((await names()).length < 2) await new Promise((resolve) => setTimeout(resolve, 20))
    child.kill('SIGINT')
    const exitCode = await new Promise((resolve) => child.on('close', resolve))
    expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: expect.stringContaining('disk.raw was not created') })
    expect(await names()).toEqual(['a.ign'])
  })
})

function damaged(compressed: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(compressed)
  for (let offset = 1000; offset < bytes.byteLength; offset += 1000) bytes[offset] = ~(bytes[offset] ?? 0)
  return bytes
}
