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
      lines: ['/dev/sda (disk)', '  /dev/sda1 (partition): mounted on /run/my disk'],
      isSystem: false,
    },
    {
      name: 'the root',
      mounts: mount('8:1', '/'),
      lines: ['/dev/sda (disk)', '  /dev/sda1 (partition): mounted on /'],
      isSystem: true,
    },
    {
      name: 'btrfs on several devices, by its source',
      mounts: mount('0:40', '/data', 'btrfs /dev/sdb rw'),
      btrfs: ['sda1', 'sdb'],
      lines: ['/dev/sda (disk)', '  /dev/sda1 (partition): mounted on /data'],
      isSystem: false,
    },
    {
      name: 'a layer of the root',
      mounts: [mount('8:1', '/layers'), mount('0:50', '/', 'overlay overlay rw,lowerdir=/a:/layers/b')].join('\n'),
      lines: ['/dev/sda (disk)', '  /dev/sda1 (partition): mounted on /layers'],
      isSystem: true,
    },
    {
      name: 'an image file that the root is in',
      mounts: [mount('8:1', '/images'), mount('8:7', '/')].join('\n'),
      loop: '/images/root.img',
      lines: [
        '/dev/sda (disk)',
        '  /dev/sda1 (partition): mounted on /images',
        '    /dev/loop0 (loop device of /images/root.img): mounted on /',
      ],
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
      lines: [
        '/dev/sda (disk)',
        '  /dev/sda1 (partition): swap space',
        '  /dev/sda2 (partition)',
        '    /dev/mapper/vg-root (LVM): mounted on /sysroot',
      ],
    })
  })

  it('is a mapping that nobody uses in turn', async () => {
    await diskWithMapping('CRYPT-LUKS2-abc')
    expect(await usesOf('sda')).toEqual({
      isSystem: false,
      lines: ['/dev/sda (disk)', '  /dev/sda2 (partition)', '    /dev/mapper/vg-root (encryption)'],
    })
  })

  it('is a disk that has several paths, which is named to be taken instead', async () => {
    await device('sda', 0, { 'holders/dm-0': '' })
    await device('dm-0', 9, { 'dm/name': 'mpatha', 'dm/uuid': 'mpath-abc' })
    const use = await findUses(systemFiles(root), 'sda')
    expect(use && busy('/dev/sda', use)).toMatchObject({
      code: 'DEVICE_BUSY',
      message: expect.stringContaining('\n    /dev/mapper/mpatha (multipath)'),
      hint: 'Install on /dev/mapper/mpatha',
    })
  })

  it('is a loop device on the disk itself', async () => {
    await device('sda', 0)
    await device('loop3', 7)
    await put('sys/block/loop3/loop/backing_file', '/dev/sda')
    expect((await usesOf('sda')).lines).toEqual(['/dev/sda (disk)', '  /dev/loop3 (loop device)'])
  })

  it('is the whole chain, from the disk over encryption and LVM to the root, in words and as data', async () => {
    await device('sda', 0, { 'sda3/partition': '3' })
    await device('sda3', 3, { partition: '3', 'holders/dm-0': '' })
    await device('dm-0', 9, {
      'dm/name': 'luks-7a',
      'dm/uuid': 'CRYPT-LUKS2-7a',
      'holders/dm-1': '',
      'holders/dm-2': '',
    })
    await device('dm-1', 10, { 'dm/name': 'vg-root', 'dm/uuid': 'LVM-a' })
    await device('dm-2', 11, { 'dm/name': 'vg-swap', 'dm/uuid': 'LVM-b' })
    await put('proc/self/mountinfo', mount('8:10', '/'))
    await put('proc/swaps', 'Filename Type Size Used Priority\n/dev/dm-2 partition 1 0 -2')
    const use = await findUses(systemFiles(root), 'sda')
    const error = use && busy('/dev/sda', use)
    expect(error?.message.split('\n').slice(1)).toEqual([
      '  /dev/sda (disk)',
      '    /dev/sda3 (partition)',
      '      /dev/mapper/luks-7a (encryption)',
      '        /dev/mapper/vg-root (LVM): mounted on /',
      '        /dev/mapper/vg-swap (LVM): swap space',
    ])
    expect(error?.details).toMatchObject({
      use: {
        kind: 'disk',
        on: [{ kind: 'partition', on: [{ kind: 'crypt', on: [{ kind: 'lvm' }, { isSwap: true }] }] }],
      },
    })
  })

  it('is found on disks whose names have a slash, mounted by source or swapped to', async () => {
    await device('cciss!c0d0', 0, { 'cciss!c0d0p1/partition': '1', 'cciss!c0d0p2/partition': '2' })
    await device('cciss!c0d0p1', 1, { partition: '1' })
    await device('cciss!c0d0p2', 2, { partition: '2' })
    await put('proc/self/mountinfo', mount('0:40', '/data', 'btrfs /dev/cciss/c0d0p1 rw'))
    await put('proc/swaps', 'Filename\t\tType\n/dev/cciss/c0d0p2                       partition\t1\t0\t-2')
    expect((await usesOf('cciss!c0d0')).lines).toEqual([
      '/dev/cciss/c0d0 (disk)',
      '  /dev/cciss/c0d0p1 (partition): mounted on /data',
      '  /dev/cciss/c0d0p2 (partition): swap space',
    ])
  })

  it('has the files on it that the system swaps to, one line each whatever their names are', async () => {
    await device('sda', 0)
    await put('proc/self/mountinfo', [mount('8:0', '/big'), mount('0:7', '/big/not')].join('\n'))
    await put('proc/swaps', 'Filename Type\n/big/a\\040b\\012c file 1 0 -2\n/big/not/d file 1 0 -2')
    expect((await usesOf('sda')).lines).toEqual(['/dev/sda (disk): mounted on /big, swap file /big/a b\\nc'])
  })

  it('ends where devices hold each other', async () => {
    await device('sda', 0, { 'holders/sdb': '' })
    await device('sdb', 1, { 'holders/sda': '' })
    expect((await usesOf('sda')).lines).toEqual(['/dev/sda (disk)', '  /dev/sdb (disk)'])
  })
})
