import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants, existsSync, readFileSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { encodeUtf8 } from '../../../src/bytes/index.ts'
import {
  type BootCustomization,
  type BootPartition,
  parseConsoleSpec,
  planBootChanges,
} from '../../../src/coreos/index.ts'
import { mountBoot, openExt2Boot } from '../../../src/node/index.ts'
import { checkExt, dumpExt } from '../../support/boot-dump.ts'
import { openFileTarget } from '../../support/file-target.ts'
import {
  copyMetalImage,
  METAL_IMAGE_NEEDS,
  METAL_IMAGE_XFS_NEEDS,
  type MetalImage,
  type MetalImageOptions,
} from '../../support/metal-image.ts'
import { needs } from '../../support/needs.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const run = promisify(execFile)
const ENTRY = 'loader/entries/ostree-2-lab-coreos.conf'
const CUSTOMIZATION: BootCustomization = {
  ignition: encodeUtf8('{"ignition":{"version":"3.4.0"}}'),
  firstbootArgs: 'ip=dhcp',
  platform: 'qemu',
  consoles: [parseConsoleSpec('ttyS1,115200')],
  appendKargs: ['quiet'],
  deleteKargs: ['mitigations=auto,nosmt'],
  networkFiles: [
    { name: 'a.nmconnection', mode: 0o600, bytes: new Uint8Array(100_000).fill(7) },
    { name: 'b.nmconnection', mode: 0o646, bytes: new Uint8Array() },
  ],
}

beforeEach((context) =>
  needs(
    context,
    'linux',
    'root',
    'unshare',
    '/dev/loop-control',
    ...METAL_IMAGE_NEEDS,
    '/usr/sbin/debugfs',
    '/usr/sbin/losetup',
  ),
)

async function withImage(work: (image: MetalImage) => Promise<void>, options?: MetalImageOptions): Promise<void> {
  await using directory = await temporaryDirectory()
  const image = await copyMetalImage(join(directory.path, 'disk.raw'), options)
  vi.stubEnv('TMPDIR', join(directory.path, 'temporary'))
  await mkdir(tmpdir())
  await work(image)
  await vi.waitFor(async () => expect((await run('losetup', ['--associated', image.path])).stdout).toBe(''), 5000)
}

async function customize(partition: BootPartition): Promise<void> {
  try {
    const { changes } = await planBootChanges(partition, CUSTOMIZATION)
    await partition.apply(changes)
  } finally {
    await partition.close()
  }
}

afterEach(() => {
  vi.unstubAllEnvs()
})

/** What is seen where it is mounted, and what may be left behind there, beside what tests put there. */
async function mountedFiles(): Promise<readonly string[]> {
  return (await readdir(tmpdir())).filter((name) => !/^isokit-(?:test|metal)-/.test(name))
}

describe('mountBoot', () => {
  it.for([512, 4096] as const)('does the same as editing without a mount, in sectors of %i bytes', (sectorSize) =>
    withImage(
      async (image) => {
        await customize(await mountBoot(image.path, image.boot, 'ext4'))
        await checkExt(image.path, image.boot.offset)
        await using directory = await temporaryDirectory()
        const other = await copyMetalImage(join(directory.path, 'other.raw'), { sectorSize })
        await using target = await openFileTarget(other.path, sectorSize)
        await customize(await openExt2Boot(target, other.boot))

        const mounted = await dumpExt(image.path, image.boot.offset)
        expect(mounted).toEqual(await dumpExt(other.path, other.boot.offset))
        expect(mounted['ignition/config.ign']).toMatch(/^100600 0:0/)
        expect(mounted['coreos-firstboot-network/b.nmconnection']).toMatch(/^100646 0:0/)
        expect(await mountedFiles()).toEqual([])

        const again = await mountBoot(other.path, other.boot, 'ext4') // as the kernel sees it
        expect(await again.read('ignition/config.ign')).toEqual(CUSTOMIZATION.ignition)
        expect(await again.list('coreos-firstboot-network')).toEqual(['a.nmconnection', 'b.nmconnection'])
        await again.close()
      },
      { sectorSize },
    ),
  )

  it.for([512, 4096] as const)('changes XFS, in sectors of %i bytes', (sectorSize, context) => {
    needs(context, ...METAL_IMAGE_XFS_NEEDS)
    if (!readFileSync('/proc/filesystems', 'utf8').includes('\txfs\n')) context.skip('skipped: the kernel has no XFS')
    return withImage(
      async (image) => {
        await customize(await mountBoot(image.path, image.boot, 'xfs'))
        const again = await mountBoot(image.path, image.boot, 'xfs')
        expect(await again.read('ignition/config.ign')).toEqual(CUSTOMIZATION.ignition)
        expect(new TextDecoder().decode(await again.read(ENTRY))).toContain('console=ttyS1,115200n8 quiet\n')
        await again.close()
      },
      { sectorSize, bootFilesystem: 'xfs' },
    )
  })

  it.for([512, 4096] as const)(
    'works on a device that this process has for itself, in sectors of %i bytes',
    (sectorSize) =>
      withImage(
        async (image) => {
          const options = ['--find', '--show', '--sector-size', String(sectorSize), image.path]
          const device = (await run('losetup', options)).stdout.trim()
          try {
            await using disk = await open(device, constants.O_RDWR | constants.O_EXCL)
            const before = new Uint8Array(image.boot.byteLength)
            await disk.read(before, 0, before.byteLength, image.boot.offset) // so that the system remembers it
            await customize(await mountBoot(device, image.boot, 'ext4'))

            const after = new Uint8Array(image.boot.byteLength)
            await disk.read(after, 0, after.byteLength, image.boot.offset)
            const options = [
              'bs=1M',
              'iflag=direct',
              `skip=${image.boot.offset / 2 ** 20}`,
              `count=${image.boot.byteLength / 2 ** 20}`,
            ]
            const direct = await run('dd', [`if=${device}`, ...options], { encoding: 'buffer', maxBuffer: 2 ** 26 })
            expect(Buffer.compare(direct.stdout, after)).toBe(0)
            expect(Buffer.compare(direct.stdout, before)).not.toBe(0)
          } finally {
            await run('losetup', ['--detach', device])
          }
          await checkExt(image.path, image.boot.offset)
        },
        { sectorSize },
      ),
  )

  it('reaches no file outside, whatever links say', () =>
    withImage(async (image) => {
      await using host = await temporaryDirectory()
      await writeFile(join(host.path, 'secret'), 'secret')
      await mkdir(join(host.path, 'ignition'))
      const script = `${image.path}.debugfs`
      const up = '../'.repeat(12)
      await writeFile(
        script,
        [
          `symlink file ${host.path}/secret`,
          `symlink above ${up}${host.path.slice(1)}/secret`,
          `symlink ignition ${host.path}/ignition`,
          `symlink coreos-firstboot-network ${up}${host.path.slice(1)}`,
          'symlink absolute /grub2/grub.cfg',
          '',
        ].join('\n'),
      )
      await run('debugfs', ['-w', '-f', script, `${image.path}?offset=${image.boot.offset}`])
      const partition = await mountBoot(image.path, image.boot, 'ext4')
      try {
        expect(await partition.read('file')).toBeUndefined()
        expect(await partition.read('above')).toBeUndefined()
        expect(await partition.read(`${up}${host.path}/secret`)).toBeUndefined()
        expect(await partition.read('absolute')).toEqual(await partition.read('grub2/grub.cfg'))
        for (const path of ['ignition/config.ign', 'coreos-firstboot-network/a', 'file']) {
          const change = { kind: 'create-file', path, mode: 0o600, bytes: new Uint8Array(1) } as const
          await expect(partition.apply([change])).rejects.toMatchObject({ code: 'BOOT_FILES_INVALID' })
        }
      } finally {
        await partition.close()
      }
      expect(await readFile(join(host.path, 'secret'), 'utf8')).toBe('secret')
      expect((await readdir(host.path, { recursive: true })).sort()).toEqual(['ignition', 'secret'])
    }))

  it('unmounts when the process is killed', () =>
    withImage(async ({ path, boot }) => {
      const program = fileURLToPath(new URL('../../support/mount-forever.ts', import.meta.url))
      const child = spawn(process.execPath, [program, path, String(boot.offset), String(boot.byteLength)])
      await once(child.stdout, 'data')
      expect(await mountedFiles()).toEqual([]) // others don't see it
      child.kill('SIGKILL')
      await once(child, 'exit')
      await vi.waitFor(async () => expect((await run('losetup', ['--associated', path])).stdout).toBe(''), 5000)
      await checkExt(path, boot.offset)
      expect(await dumpExt(path, boot.offset)).toHaveProperty('written')
      expect(await mountedFiles()).toEqual([])
    }))

  it('mounts a disk file that lies where it is mounted', () =>
    withImage(async ({ path, boot }) => {
      const inside = join(tmpdir(), 'disk.raw')
      await rename(path, inside)
      await customize(await mountBoot(inside, boot, 'ext4'))
      await checkExt(inside, boot.offset)
      expect(await dumpExt(inside, boot.offset)).toHaveProperty('ignition/config.ign')
      await rename(inside, path)
    }))

  it('says when somebody has ended what held the mount', () =>
    withImage(async ({ path, boot }) => {
      const partition = await mountBoot(path, boot, 'ext4')
      const children = await readFile(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
      const holder = Number(children.trim().split(' ').at(-1))
      expect(await readFile(`/proc/${holder}/cmdline`, 'utf8')).toContain(path)
      process.kill(holder, 'SIGKILL')
      await vi.waitFor(() => expect(existsSync(`/proc/${holder}`)).toBe(false))
      await expect(partition.close()).rejects.toMatchObject({
        code: 'IO_FAILED',
        message: expect.stringContaining('SIGKILL'),
      })
      expect(await mountedFiles()).toEqual([])
    }))

  it.for([
    { name: 'what is no filesystem', offset: 0x38, bytes: [0, 0] },
    { name: 'a filesystem from the future', offset: 0x63, bytes: [0x80] },
  ])('does not mount $name, and leaves nothing behind', ({ offset, bytes }) =>
    withImage(async ({ path, boot }) => {
      await using handle = await open(path, 'r+')
      await handle.write(new Uint8Array(bytes), 0, bytes.length, boot.offset + 1024 + offset)
      const error = { code: 'IO_FAILED', message: expect.stringContaining('Cannot mount the boot partition') }
      await expect(mountBoot(path, boot, 'ext4')).rejects.toMatchObject(error)
      expect(await mountedFiles()).toEqual([])
    }),
  )

  it('stops where it is told to', () =>
    withImage(async ({ path, boot }) => {
      const aborted = AbortSignal.abort()
      await expect(mountBoot(path, boot, 'ext4', { signal: aborted })).rejects.toThrow('abort')
      const controller = new AbortController()
      const partition = await mountBoot(path, boot, 'ext4', { signal: controller.signal })
      controller.abort()
      await expect(customize(partition)).rejects.toThrow('abort')
      expect(await mountedFiles()).toEqual([])
      expect(await dumpExt(path, boot.offset)).not.toHaveProperty('ignition')
    }))
})
