import { execFile } from 'node:child_process'
import { open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, it } from 'vitest'
import { encodeUtf8 } from '../../../src/bytes/index.ts'
import type { BootChange } from '../../../src/coreos/index.ts'
import { openExt2Boot } from '../../../src/node/index.ts'
import { checkExt, dumpExt } from '../../support/boot-dump.ts'
import { openFileTarget } from '../../support/file-target.ts'
import {
  copyMetalImage,
  METAL_IMAGE_NEEDS,
  type MetalImage,
  type MetalImageOptions,
} from '../../support/metal-image.ts'
import { needs } from '../../support/needs.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const ENTRY = 'loader/entries/ostree-2-lab-coreos.conf'
const FILE_TEXT = encodeUtf8('text')
const FILE: BootChange = { kind: 'create-file', path: 'new', mode: 0o640, bytes: FILE_TEXT }

beforeEach((context) => needs(context, 'linux', 'root', ...METAL_IMAGE_NEEDS, '/usr/sbin/debugfs', '/usr/sbin/e2fsck'))

/** Runs `work` with an image of its own. */
async function withImage(work: (image: MetalImage) => Promise<void>, options?: MetalImageOptions): Promise<void> {
  await using directory = await temporaryDirectory()
  await work(await copyMetalImage(join(directory.path, 'disk.raw'), options))
}

async function apply({ path, boot }: MetalImage, changes: readonly BootChange[], sectorSize = 512): Promise<void> {
  await using target = await openFileTarget(path, sectorSize)
  const partition = await openExt2Boot(target, boot)
  try {
    await partition.apply(changes)
  } finally {
    await partition.close()
  }
}

/** Runs commands of debugfs, which can write what no kernel would. */
async function debugfs({ path, boot }: MetalImage, ...commands: readonly string[]): Promise<void> {
  const script = `${path}.debugfs`
  await writeFile(script, commands.map((command) => `${command}\n`).join(''))
  await promisify(execFile)('/usr/sbin/debugfs', ['-w', '-f', script, `${path}?offset=${boot.offset}`])
}

async function patchSuperblock({ path, boot }: MetalImage, offset: number, bytes: readonly number[]): Promise<void> {
  await using handle = await open(path, 'r+')
  await handle.write(new Uint8Array(bytes), 0, bytes.length, boot.offset + 1024 + offset)
}

describe('openExt2Boot', () => {
  it.for([512, 4096] as const)('reads and changes files, in sectors of %i bytes', (sectorSize) =>
    withImage(
      async (image) => {
        const before = await dumpExt(image.path, image.boot.offset)
        const large = new Uint8Array(300 * 1024 + 1).map((_, index) => index % 251)
        await apply(
          image,
          [
            { kind: 'create-directory', path: 'ignition', mode: 0o700 },
            { kind: 'create-directory', path: 'ignition', mode: 0o755 },
            { kind: 'create-file', path: 'ignition/config.ign', mode: 0o600, bytes: large },
            { kind: 'create-file', path: 'loader/empty', mode: 0o604, bytes: new Uint8Array() },
            { kind: 'replace-contents', path: ENTRY, bytes: encodeUtf8('longer '.repeat(1000)) },
            { kind: 'replace-contents', path: 'grub2/grub.cfg', bytes: encodeUtf8('short') },
            { kind: 'create-file', path: 'large', mode: 0o644, bytes: new Uint8Array(3_000_001).fill(1) },
            { kind: 'append-to-file', path: 'large', mode: 0o600, alignment: 4, bytes: encodeUtf8('end') },
            { kind: 'append-to-file', path: 'loader/empty', mode: 0o600, alignment: 4, bytes: large },
          ],
          sectorSize,
        )
        await checkExt(image.path, image.boot.offset)
        const after = await dumpExt(image.path, image.boot.offset)
        const changed = Object.keys(after).filter((path) => after[path] !== before[path])
        expect(changed).toEqual([
          'grub2/grub.cfg',
          'ignition',
          'ignition/config.ign',
          'large',
          'loader.1/empty',
          ENTRY.replace('loader', 'loader.1'),
        ])
        expect(after['ignition']).toMatch(/^40700 0:0/)
        expect(after['ignition/config.ign']).toMatch(/^100600 0:0/)
        expect(after['loader.1/empty']).toMatch(/^100600 0:0/)
        expect(after['large']).toMatch(/^100600 0:0/)
        await using target = await openFileTarget(image.path, sectorSize)
        const partition = await openExt2Boot(target, image.boot)
        const end = (await partition.read('large'))?.subarray(2_999_999)
        expect(end).toEqual(new Uint8Array([1, 1, 0, 0, 0, ...encodeUtf8('end')]))
        expect(await partition.read('loader/empty')).toEqual(large)
        await partition.close()
        expect(after['grub2/grub.cfg']).toMatch(/^100644 0:0/)
      },
      { sectorSize },
    ),
  )

  it('writes nothing when nothing changes, and nothing outside the partition ever', () =>
    withImage(async (image) => {
      const before = await readFile(image.path)
      await apply(image, [])
      expect((await readFile(image.path)).equals(before)).toBe(true)
      await apply(image, [FILE])
      const after = await readFile(image.path)
      const { offset, byteLength } = image.boot
      expect(after.subarray(0, offset).equals(before.subarray(0, offset))).toBe(true)
      expect(after.subarray(offset + byteLength).equals(before.subarray(offset + byteLength))).toBe(true)
    }))

  it('leaves the handling of errors that nobody catches to the program', () =>
    withImage(async (image) => {
      const listeners = () => [process.rawListeners('uncaughtException'), process.rawListeners('unhandledRejection')]
      const before = listeners()
      await apply(image, [])
      expect(listeners()).toEqual(before)
    }))

  it('says what is not there', () =>
    withImage(async ({ path, boot }) => {
      await using target = await openFileTarget(path)
      const partition = await openExt2Boot(target, boot)
      expect(await partition.read('absent')).toBeUndefined()
      expect(await partition.read('absent/file')).toBeUndefined()
      expect(await partition.read('grub2')).toBeUndefined()
      expect(await partition.list('absent')).toBeUndefined()
      expect(await partition.list('grub2/grub.cfg')).toBeUndefined()
      expect(await partition.list('loader')).toEqual(['entries'])
      await partition.close()
    }))

  it.for<{ name: string; change: BootChange }>([
    { name: 'a file that is there', change: { ...FILE, path: 'grub2/grub.cfg' } as BootChange },
    { name: 'a file in a directory that is not there', change: { ...FILE, path: 'absent/file' } as BootChange },
    { name: 'a directory where a file is', change: { kind: 'create-directory', path: 'grub2/grub.cfg', mode: 0o700 } },
    {
      name: 'a file to be replaced that is not there',
      change: { kind: 'replace-contents', path: 'absent', bytes: new Uint8Array() },
    },
    {
      name: 'a directory to be replaced',
      change: { kind: 'replace-contents', path: 'grub2', bytes: new Uint8Array() },
    },
  ])('refuses $name', ({ change }) =>
    withImage(async (image) => {
      const before = await readFile(image.path)
      await expect(apply(image, [change])).rejects.toMatchObject({ code: 'BOOT_FILES_INVALID' })
      expect((await readFile(image.path)).equals(before)).toBe(true)
    }),
  )

  it.for([
    { name: 'a journal to be recovered', offset: 0x60, bytes: [0xc6, 0x02] },
    { name: 'errors', offset: 0x3a, bytes: [3, 0] },
    { name: 'a mounted filesystem', offset: 0x3a, bytes: [0, 0] },
    { name: 'a filesystem that is larger than its partition', offset: 0x4, bytes: [0x01, 0x50, 0, 0] },
    { name: 'a feature that nobody knows', offset: 0x63, bytes: [0x80] },
    { name: 'data in inodes', offset: 0x61, bytes: [0x82] },
    { name: 'files with checksums', offset: 0x65, bytes: [0x84] },
    { name: 'no filesystem', offset: 0x38, bytes: [0, 0] },
    { name: 'XFS', offset: -1024, bytes: [0x58, 0x46, 0x53, 0x42] },
  ])('refuses $name, and writes nothing', ({ offset, bytes }) =>
    withImage(async (image) => {
      await patchSuperblock(image, offset, bytes)
      const before = await readFile(image.path)
      await expect(apply(image, [FILE])).rejects.toMatchObject({
        code: 'BOOT_FILESYSTEM_UNSUPPORTED',
        hint: expect.stringContaining('losetup'), // the way that there is
      })
      expect((await readFile(image.path)).equals(before)).toBe(true)
    }),
  )

  it('follows links inside the filesystem, and leaves it by none', () =>
    withImage(async (image) => {
      await debugfs(
        image,
        'symlink absolute /grub2/grub.cfg',
        'symlink above ../../../../../../../../grub2',
        'symlink host /etc/hostname',
        'symlink circle circle',
      )
      await using target = await openFileTarget(image.path)
      const partition = await openExt2Boot(target, image.boot)
      const grub = await partition.read('grub2/grub.cfg')
      expect(await partition.read('absolute')).toEqual(grub)
      expect(await partition.read('above/grub.cfg')).toEqual(grub)
      expect(await partition.read('host')).toBeUndefined()
      await expect(partition.read('circle')).rejects.toMatchObject({ code: 'BOOT_FILES_INVALID' })
      await partition.close()
    }))

  it('says when the filesystem is full, which stays sound', () =>
    withImage(async (image) => {
      const filler = `${image.path}.filler`
      await writeFile(filler, new Uint8Array(16 * 1024 * 1024).fill(1))
      await debugfs(image, `write ${filler} filler`)
      const before = await readFile(image.path)
      const bytes = new Uint8Array(4 * 1024 * 1024)
      await expect(apply(image, [{ ...FILE, bytes } as BootChange])).rejects.toMatchObject({ code: 'DISK_FULL' })
      expect((await readFile(image.path)).equals(before)).toBe(true)
      const change: BootChange = { kind: 'replace-contents', path: 'grub2/grub.cfg', bytes } // may have had its space already
      await expect(apply(image, [change])).rejects.toMatchObject({ code: 'DISK_FULL' })
      await checkExt(image.path, image.boot.offset)
    }))

  it('passes on what the disk says, and can be closed after it', () =>
    withImage(async ({ path, boot }) => {
      await using target = await openFileTarget(path)
      const broken = new Error('the disk is broken')
      const partition = await openExt2Boot({ ...target, write: () => Promise.reject(broken) }, boot)
      await expect(partition.apply([FILE])).rejects.toBe(broken)
      await expect(partition.close()).rejects.toBe(broken)
    }))

  it('finds out when the disk forgets what was written', () =>
    withImage(async ({ path, boot }) => {
      await using target = await openFileTarget(path)
      const isText = (bytes: Uint8Array): boolean => bytes[0] === FILE_TEXT[0] && bytes[1] === FILE_TEXT[1]
      const forgetful = {
        ...target,
        write: async (offset: number, bytes: Uint8Array) => {
          if (!isText(bytes)) await target.write(offset, bytes)
        },
      }
      const partition = await openExt2Boot(forgetful, boot)
      await expect(partition.apply([FILE])).rejects.toMatchObject({ code: 'WRITE_NOT_KEPT' })
      await partition.close()
    }))

  it.for([
    { name: 'blocks of 4 KiB', options: ['-t', 'ext4', '-b', '4096'] },
    { name: 'no checksums', options: ['-t', 'ext4', '-O', '^metadata_csum,^64bit'] },
    {
      name: 'a seed for checksums and a file of orphans',
      options: ['-t', 'ext4', '-O', 'metadata_csum_seed,orphan_file'],
    },
    { name: 'large directories', options: ['-t', 'ext4', '-O', 'large_dir,sparse_super2'] },
    { name: 'ext2', options: ['-t', 'ext2'] },
    { name: 'ext3', options: ['-t', 'ext3'] },
  ])('leaves a filesystem sound with $name', async ({ options }) => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'boot.fs')
    await promisify(execFile)('/usr/sbin/mke2fs', ['-q', ...options, path, '16M'])
    const boot = { offset: 0, byteLength: 16 * 1024 * 1024 }
    const names = Array.from({ length: 100 }, (_, index) => `directory/${index}`)
    await apply({ path, boot, byteLength: boot.byteLength, partitions: [] }, [
      { kind: 'create-directory', path: 'directory', mode: 0o700 },
      ...names.map((name): BootChange => ({ ...FILE, path: name }) as BootChange),
      ...names.map(
        (name): BootChange => ({ kind: 'replace-contents', path: name, bytes: encodeUtf8(name.repeat(999)) }),
      ),
      { kind: 'replace-contents', path: 'directory/7', bytes: encodeUtf8('short') },
    ])
    await checkExt(path, 0)
    const dump = await dumpExt(path, 0)
    expect(Object.keys(dump)).toHaveLength(102) // with lost+found
    expect(dump['directory/99']).toMatch(/^100640/)
  })

  it('stops between two changes', () =>
    withImage(async ({ path, boot }) => {
      await using target = await openFileTarget(path)
      const controller = new AbortController()
      const partition = await openExt2Boot(target, boot, { signal: controller.signal })
      await partition.apply([FILE])
      controller.abort()
      await expect(partition.apply([{ ...FILE, path: 'second' } as BootChange])).rejects.toThrow('abort')
      expect(await partition.read('second')).toBeUndefined()
      await partition.close()
      await checkExt(path, boot.offset)
    }))
})
