import { execFileSync } from 'node:child_process'
import { open, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SectorSize } from '../../src/formats/gpt/index.ts'
import { createLoopDisk, LOOP_DISK_NEEDS, type LoopDisk, listPartitions } from '../support/loop-disk.ts'
import { METAL_IMAGE_NEEDS, METAL_IMAGE_XFS_NEEDS, type MetalImage, makeMetalImage } from '../support/metal-image.ts'
import { needs } from '../support/needs.ts'
import { createShell, type RunResult, type Shell } from '../support/run-isokit.ts'

const MIB = 1024 * 1024
const DISK_BYTE_LENGTH = 128 * MIB
const CONFIG = '{"ignition":{"version":"3.4.0"}}'

let shell: Shell
let disk: LoopDisk
let image: MetalImage
beforeEach(async (context) => {
  needs(context, ...LOOP_DISK_NEEDS, ...METAL_IMAGE_NEEDS, ...METAL_IMAGE_XFS_NEEDS, 'mount', '/usr/sbin/e2fsck')
  shell = await createShell()
  image = await makeMetalImage()
  disk = await createLoopDisk(shell.path('disk'), { byteLength: DISK_BYTE_LENGTH })
  await writeFile(shell.path('a.ign'), CONFIG)
})
afterEach(async () => {
  await disk?.[Symbol.asyncDispose]()
  await shell?.[Symbol.asyncDispose]()
})

async function useDisk(sectorSize: SectorSize): Promise<void> {
  await disk[Symbol.asyncDispose]()
  disk = await createLoopDisk(shell.path('disk'), { byteLength: DISK_BYTE_LENGTH, sectorSize })
}

async function install(...words: readonly string[]): Promise<RunResult> {
  return await shell.run(['install', disk.device, '--insecure', '-i', 'a.ign', ...words])
}

/** The disk's bytes, as the medium has them. */
async function diskBytes(): Promise<Buffer> {
  execFileSync('sync', [disk.path])
  return await readFile(disk.path)
}

function run(program: string, ...words: readonly string[]): string {
  return execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Fills a partition of the disk with a pattern, and gives its bytes. */
async function fill(firstMib: number, byteLength: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(byteLength).map((_, index) => (index * 31 + (index >> 9)) & 0xff)
  await using handle = await open(disk.device, 'r+')
  await handle.write(bytes, 0, byteLength, firstMib * MIB)
  await handle.sync()
  return bytes
}

const IMAGE_NAMES = ['BIOS-BOOT', 'EFI-SYSTEM', 'boot', 'root'] as const
const IMAGE_PARTITIONS = IMAGE_NAMES.map((name, index) => [index + 1, name] as const)

describe('install on a disk', () => {
  it.each([
    { sectorSize: 512, bootFilesystem: 'ext4' },
    { sectorSize: 4096, bootFilesystem: 'ext4' },
    { sectorSize: 512, bootFilesystem: 'xfs' },
  ] as const)(
    'with $bootFilesystem and sectors of $sectorSize bytes: the image, and the config on it',
    async (options) => {
      await useDisk(options.sectorSize)
      image = await makeMetalImage(options)
      const { exitCode, stderr } = await install('-f', image.path, '--append-karg', 'nosmt')
      expect(exitCode, stderr).toBe(0)
      const [bytes, expected] = [await diskBytes(), await readFile(image.path)]
      const { offset, byteLength } = image.boot
      const end = offset + byteLength
      expect(bytes.subarray(0, offset).equals(expected.subarray(0, offset))).toBe(true)
      expect(bytes.subarray(end, expected.byteLength).equals(expected.subarray(end))).toBe(true)
      expect(bytes.subarray(expected.byteLength).every((byte) => byte === 0)).toBe(true)
      expect(listPartitions(disk.device)).toEqual(IMAGE_PARTITIONS)

      // The system knows the partitions already.
      const mounted = shell.path('mounted')
      execFileSync('mkdir', [mounted])
      run('mount', '--options', 'ro,loop', `${disk.device}p3`, mounted) // ext4 has smaller blocks than the disk
      try {
        expect(await readFile(join(mounted, 'ignition/config.ign'), 'utf8')).toBe(CONFIG)
        const entries = join(mounted, 'loader/entries')
        const [, latest = ''] = (await readdir(entries)).sort()
        expect(await readFile(join(entries, latest), 'utf8')).toMatch(/^options .* rw nosmt$/m)
      } finally {
        run('umount', mounted)
      }
      if (options.bootFilesystem === 'ext4') run('/usr/sbin/e2fsck', '-fn', `${disk.device}p3`)
    },
  )

  it('saves partitions by label and number, with their contents, and tells their new numbers', async () => {
    const names = [
      '-n',
      '1:1M:+4M',
      '-c',
      '1:old',
      '-n',
      '4:64M:+8M',
      '-c',
      '4:data',
      '-n',
      '6:80M:+8M',
      '-c',
      '6:more',
    ]
    run('sgdisk', ...names, disk.device)
    const [data, more] = [await fill(64, 8 * MIB), await fill(80, 8 * MIB)]
    const words = ['-f', image.path, '--save-partlabel', 'da*', '--save-partindex', '6-', '--partition-backup', 'table']
    const { exitCode, stderr, stdout } = await install(...words, '--json')
    expect(exitCode, stderr).toBe(0)
    expect(listPartitions(disk.device)).toEqual([...IMAGE_PARTITIONS, [5, 'data'], [6, 'more']])
    const result = JSON.parse(new TextDecoder().decode(stdout))
    expect(result.savedPartitions).toMatchObject([
      { number: 4, newNumber: 5, name: 'data', offset: 64 * MIB, byteLength: 8 * MIB },
      { number: 6, newNumber: 6, name: 'more' },
    ])
    const bytes = await diskBytes()
    expect(bytes.subarray(64 * MIB, 72 * MIB).equals(data)).toBe(true)
    expect(bytes.subarray(80 * MIB, 88 * MIB).equals(more)).toBe(true)
    run('sgdisk', '--verify', disk.device)
    expect(run('sgdisk', '--print', shell.path('table'))).toMatch(/ 4 .* data\n.* 6 .* more/)
  })

  it('tells before anything is written that another disk has a filesystem with the label boot', async () => {
    await using other = await createLoopDisk(shell.path('other'), { byteLength: 16 * MIB })
    run('mkfs.ext4', '-q', '-L', 'boot', other.device)
    const { exitCode, stderr } = await install('-f', image.path, '--dry-run')
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining(other.device)])
  })

  it('dry runs and refusals write nothing', async () => {
    await fill(0, 2 * MIB)
    const before = await diskBytes()
    const { exitCode, stdout } = await install('-f', image.path, '--dry-run')
    expect({ exitCode, stdout: new TextDecoder().decode(stdout) }).toEqual({
      exitCode: 0,
      stdout: expect.stringContaining('Disk: /dev/loop'),
    })
    const unproved = await shell.run(['install', disk.device, '-f', image.path])
    expect(unproved).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/is as it was\n[\s\S]*\[SIGNATURE_MISSING\]/),
    })
    expect((await diskBytes()).equals(before)).toBe(true)
  })
})

describe('under the name coreos-installer', () => {
  it('config files name everything, nobody is asked, and a JSON document is enough of a config', async () => {
    await using other = await createShell('coreos-installer')
    await writeFile(other.path('old.ign'), '{"ignition":{"version":"2.2.0"}}')
    const image = (await makeMetalImage()).path
    await writeFile(other.path('1.yaml'), `image-file: ${image}\ninsecure: true\nappend-karg: [a, b]\n`)
    await writeFile(other.path('2.yaml'), `ignition-file: old.ign\ndest-device: ${disk.device}\n`)
    const { exitCode, stdout, stderr } = await other.run([
      'install',
      '-c',
      '1.yaml',
      '-c',
      '2.yaml',
      '--append-karg',
      'c',
    ])
    expect(exitCode, stderr).toBe(0)
    expect(new TextDecoder().decode(stdout)).toBe(
      `Running with arguments: --image-file ${image} --append-karg a --append-karg b --insecure ` +
        `--ignition-file old.ign ${disk.device} --append-karg c\n`,
    )
    expect(stderr).toMatch(/Install complete\.\n$/)
    expect(listPartitions(disk.device)).toEqual(IMAGE_PARTITIONS)
  })
})

describe('what is refused before the first write', () => {
  async function refusal(...words: readonly string[]): Promise<string> {
    const before = await diskBytes()
    const { exitCode, stderr } = await install(...words)
    expect(exitCode).toBe(1)
    expect((await diskBytes()).equals(before)).toBe(true)
    return stderr
  }

  it('a disk with a mounted partition, named with its place', async () => {
    run('sgdisk', '-n', '1:1M:+16M', disk.device)
    run('partx', '--add', disk.device)
    run('mkfs.ext4', '-q', `${disk.device}p1`)
    const mounted = shell.path('mounted')
    execFileSync('mkdir', [mounted])
    run('mount', `${disk.device}p1`, mounted)
    try {
      const { exitCode, stderr } = await install('-f', image.path)
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('[DEVICE_BUSY]') })
      expect(stderr).toContain(mounted)
    } finally {
      run('umount', mounted)
    }
  })

  it('an image for sectors of another size', async () => {
    image = await makeMetalImage({ sectorSize: 4096 })
    expect(await refusal('-f', image.path)).toContain('[SECTOR_SIZE_MISMATCH]')
  })

  it('a disk that is too small', async () => {
    await disk[Symbol.asyncDispose]()
    disk = await createLoopDisk(shell.path('disk'), { byteLength: 39 * MIB })
    expect(await refusal('-f', image.path)).toContain('[DISK_TOO_SMALL]')
  })

  it('a damaged table from which partitions are to be saved', async () => {
    run('sgdisk', '-n', '1:64M:+16M', '-c', '1:data', disk.device)
    await using handle = await open(disk.device, 'r+')
    for (const offset of [512 + 88, DISK_BYTE_LENGTH - 512 + 88])
      await handle.write(new Uint8Array([1, 2, 3]), 0, 3, offset)
    await handle.sync()
    expect(await refusal('-f', image.path, '--save-partlabel', 'data')).toContain('[GPT_CORRUPT]')
  })

  it('something else than a disk', async () => {
    await writeFile(shell.path('file'), '')
    const result = await shell.run(['install', 'file', '-f', image.path, '--insecure'])
    expect(result).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('[NOT_A_DISK]') })
  })
})
