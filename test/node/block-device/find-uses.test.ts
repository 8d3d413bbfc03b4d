import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { busy, findUses, formatUses, systemFiles } from '../../../src/node/block-device/index.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

let root: string
beforeEach(async () => {
  const temporary = await temporaryDirectory()
  onTestFinished(() => temporary[Symbol.asyncDispose]())
  root = temporary.path
})

async function put(path: string, text = ''): Promise<void> {
  const whole = join(root, path)
  await mkdir(dirname(whole), { recursive: true })
  await writeFile(whole, `${text}\n`)
}

/** A device of the number `8:N`, with files of its own. */
async function device(name: string, number: number, files: Readonly<Record<string, string>> = {}): Promise<void> {
  for (const [file, text] of Object.entries({ dev: `8:${number}`, ...files })) {
    await put(`sys/class/block/${name}/${file}`, text)
  }
  await mkdir(join(root, 'sys/dev/block'), { recursive: true })
  await symlink(`../../devices/any/block/${name}`, join(root, `sys/dev/block/8:${number}`))
}

/** sda with two partitions; the second has a mapping of that uuid on it. */
async function diskWithMapping(uuid: string): Promise<void> {
  await device('sda', 0, { 'sda1/partition': '1', 'sda2/partition': '2' })
  await device('sda1', 1, { partition: '1' })
  await device('sda2', 2, { partition: '2', 'holders/dm-0': '' })
  await device('dm-0', 9, { 'dm/name': 'vg-root', 'dm/uuid': uuid })
}

const mount = (number: string, mountPoint: string, rest = 'ext4 /dev/none rw'): string =>
  `22 1 ${number} / ${mountPoint} rw,relatime shared:1 - ${rest}`

async function usesOf(name: string) {
  const use = await findUses(systemFiles(root), name)
  return { isSystem: use?.isSystem, lines: use ? formatUses(use) : [] }
}

describe('what uses a disk', () => {
  it('is nothing when partitions just lie there, or nothing can be read', async () => {
    await device('sda', 0, { 'sda1/partition': '1' })
    await device('sda1', 1, { partition: '1' })
    expect(await findUses(systemFiles(root), 'sda')).toBeUndefined()
    expect(await findUses(systemFiles(join(root, 'none')), 'sda')).toBeUndefined()
  })

  it.each([
    {
      name: 'a partition that is mounted, at a place with a space',
      mounts: mount('8:1', '/run/my\\040disk'),
      lines: ['/dev/sda1 is mounted on /run/my disk'],
      isSystem: false,
    },
    { name: 'the root', mounts: mount('8:1', '/'), lines: ['/dev/sda1 is mounted on /'], isSystem: true },
    {
      name: 'btrfs on several devices, by its source',
      mounts: mount('0:40', '/data', 'btrfs /dev/sdb rw'),
      btrfs: ['sda1', 'sdb'],
      lines: ['/dev/sda1 is mounted on /data'],
      isSystem: false,
    },
    {
      name: 'a layer of the root',
      mounts: [mount('8:1', '/layers'), mount('0:50', '/', 'overlay overlay rw,lowerdir=/a:/layers/b')].join('\n'),
      lines: ['/dev/sda1 is mounted on /layers'],
      isSystem: true,
    },
    {
      name: 'an image file that the root is in',
      mounts: [mount('8:1', '/images'), mount('8:7', '/')].join('\n'),
      loop: '/images/root.img',
      lines: ['/dev/sda1 is mounted on /images'],
      isSystem: true,
    },
  ])('is $name', async ({ mounts, btrfs = [], loop, lines, isSystem }) => {
    await device('sda', 0, { 'sda1/partition': '1' })
    await device('sda1', 1, { partition: '1' })
    await device('sdb', 16)
    await put('proc/self/mountinfo', mounts)
    for (const name of btrfs) await put(`sys/fs/btrfs/1234/devices/${name}`)
    if (loop) {
      await device('loop0', 7)
      await put('sys/block/loop0/loop/backing_file', loop)
    }
    expect(await usesOf('sda')).toEqual({ lines, isSystem })
  })

  it('is what it is a part of, down to what is mounted there', async () => {
    await diskWithMapping('LVM-abc')
    await put('proc/self/mountinfo', mount('8:9', '/sysroot'))
    await put('proc/swaps', 'Filename Type Size Used Priority\n/dev/sda1 partition 1 0 -2')
    expect(await usesOf('sda')).toEqual({
      isSystem: true,
      lines: ['/dev/sda1 is swap space', '/dev/sda2, in /dev/mapper/vg-root (LVM), is mounted on /sysroot'],
    })
  })

  it('is a mapping that nobody uses in turn', async () => {
    await diskWithMapping('CRYPT-LUKS2-abc')
    expect(await usesOf('sda')).toEqual({
      isSystem: false,
      lines: ['/dev/sda2, in /dev/mapper/vg-root (encryption), is active'],
    })
  })

  it('is a disk that has several paths, which is named to be taken instead', async () => {
    await device('sda', 0, { 'holders/dm-0': '' })
    await device('dm-0', 9, { 'dm/name': 'mpatha', 'dm/uuid': 'mpath-abc' })
    const use = await findUses(systemFiles(root), 'sda')
    expect(use && busy('/dev/sda', use)).toMatchObject({
      code: 'DEVICE_BUSY',
      message: expect.stringContaining('in /dev/mapper/mpatha (multipath)'),
      hint: 'Install on /dev/mapper/mpatha',
    })
  })

  it('is a loop device on the disk itself', async () => {
    await device('sda', 0)
    await device('loop3', 7)
    await put('sys/block/loop3/loop/backing_file', '/dev/sda')
    expect((await usesOf('sda')).lines).toEqual(['/dev/sda, in /dev/loop3 (loop device), is active'])
  })

  it('ends where devices hold each other', async () => {
    await device('sda', 0, { 'holders/sdb': '' })
    await device('sdb', 1, { 'holders/sda': '' })
    expect((await usesOf('sda')).lines).toHaveLength(1)
  })
})
