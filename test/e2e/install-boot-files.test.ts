import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkExt } from '../support/boot-dump.ts'
import { createLoopDisk, LOOP_DISK_NEEDS } from '../support/loop-disk.ts'
import { copyMetalImage, METAL_IMAGE_XFS_NEEDS, type MetalImage } from '../support/metal-image.ts'
import { type FileFacts, listFiles, MOUNTED_FILES_NEEDS, markFiles } from '../support/mounted-files.ts'
import { needs } from '../support/needs.ts'
import { createShell, type Shell } from '../support/run-isokit.ts'

const CONFIG = '{"ignition":{"version":"3.4.0"}}'
const KEYFILE = '[connection]\nid=eth0\n'

/** Options that change whatever can be changed. */
const CHANGES = [
  ...['-i', 'a.ign', '-p', 'qemu', '--firstboot-args', 'ip=dhcp', '--append-karg', 'nosmt', '--delete-karg', 'rw'],
  ...['-n', '--network-dir', 'network', '--console', 'ttyS1,9600'],
]
/** With what they have then besides other contents. */
const REWRITTEN = {
  'grub2/grub.cfg': {},
  'ignition.firstboot': {},
  'loader.1/entries/ostree-2-lab-coreos.conf': {},
}
const CREATED = {
  'coreos-firstboot-network': { mode: 0o40700, owner: [0, 0], contents: '' },
  'coreos-firstboot-network/eth0.nmconnection': { mode: 0o100600, owner: [0, 0], contents: sha256(KEYFILE) },
  ignition: { mode: 0o40700, owner: [0, 0], contents: '' },
  'ignition/config.ign': { mode: 0o100600, owner: [0, 0], contents: sha256(CONFIG) },
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

let shell: Shell
beforeEach(async (context) => {
  needs(context, ...LOOP_DISK_NEEDS, ...METAL_IMAGE_XFS_NEEDS, ...MOUNTED_FILES_NEEDS, '/usr/sbin/e2fsck')
  shell = await createShell()
  await writeFile(shell.path('a.ign'), CONFIG)
  await mkdir(shell.path('network'))
  await writeFile(shell.path('network/eth0.nmconnection'), KEYFILE, { mode: 0o600 })
})
afterEach(() => shell?.[Symbol.asyncDispose]())

interface Options {
  readonly way: 'device' | 'file'
  readonly sectorSize: 512 | 4096
  readonly bootFilesystem: 'ext4' | 'xfs'
}

/** Installs the image on a disk or as a file, and gives the bytes and the files that come of it. */
async function install(
  { path, boot, byteLength }: MetalImage,
  { way, sectorSize, bootFilesystem }: Options,
): Promise<{ readonly bytes: Buffer; readonly files: Readonly<Record<string, FileFacts>> }> {
  const disk = shell.path('disk.raw')
  const words = ['-f', path, '--insecure', ...CHANGES]
  if (way === 'file') {
    const { exitCode, stderr } = await shell.run(['install', '--to-file', disk, ...words])
    expect(exitCode, stderr).toBe(0)
  } else {
    await using loop = await createLoopDisk(disk, { byteLength, sectorSize })
    const { exitCode, stderr } = await shell.run(['install', loop.device, ...words])
    expect(exitCode, stderr).toBe(0)
    execFileSync('blockdev', ['--flushbufs', loop.device])
  }
  if (bootFilesystem === 'ext4') await checkExt(disk, boot.offset)
  return { bytes: await readFile(disk), files: listFiles(disk, boot) }
}

describe('install', () => {
  it.each([
    { way: 'device', sectorSize: 512, bootFilesystem: 'ext4' },
    { way: 'device', sectorSize: 4096, bootFilesystem: 'ext4' },
    { way: 'device', sectorSize: 512, bootFilesystem: 'xfs' },
    { way: 'file', sectorSize: 512, bootFilesystem: 'ext4' },
    { way: 'file', sectorSize: 4096, bootFilesystem: 'ext4' },
  ] as const)(
    'changes nothing but what it is told to: $way, sectors of $sectorSize bytes, $bootFilesystem',
    async (options) => {
      const image = await copyMetalImage(shell.path('image'), options)
      markFiles(image.path, image.boot)
      const before = listFiles(image.path, image.boot)
      const original = await readFile(image.path)
      const { bytes, files } = await install(image, options)

      const { offset, byteLength } = image.boot
      expect(bytes.subarray(0, offset).equals(original.subarray(0, offset))).toBe(true)
      expect(bytes.subarray(offset + byteLength).equals(original.subarray(offset + byteLength))).toBe(true)

      const created = Object.keys(files).filter((path) => !(path in before))
      expect(created.sort()).toEqual(Object.keys(CREATED).sort())
      expect(files).toMatchObject(CREATED)
      const stayed = Object.keys(before).filter((path) => !(path in REWRITTEN))
      expect(Object.fromEntries(stayed.map((path) => [path, files[path]]))).toEqual(
        Object.fromEntries(stayed.map((path) => [path, before[path]])),
      )
      for (const [path, change] of Object.entries(REWRITTEN)) {
        const { contents, changedAt: _, ...rest } = before[path] ?? expect.fail(`${path} was not there`)
        expect({ path, ...files[path] }).toMatchObject({ path, ...rest, ...change })
        expect({ path, ...files[path] }).not.toMatchObject({ contents })
      }
    },
  )

  it('makes the same files on a disk, by mounting it, as in a file, without', async () => {
    const options = { sectorSize: 512, bootFilesystem: 'ext4' } as const
    const image = await copyMetalImage(shell.path('image'), options)
    markFiles(image.path, image.boot)
    const { files: mounted } = await install(image, { way: 'device', ...options })
    await rm(shell.path('disk.raw'))
    const { files } = await install(image, { way: 'file', ...options })
    const withoutTimes = (all: Readonly<Record<string, FileFacts>>) =>
      Object.fromEntries(Object.entries(all).map(([path, facts]) => [path, { ...facts, changedAt: '' }]))
    expect(withoutTimes(files)).toEqual(withoutTimes(mounted))
  })
})
