import { describe, expect, it } from 'vitest'
import {
  findContents,
  findFilesystems,
  otherBootFilesystems,
  type RunProgram,
} from '../../../src/node/block-device/index.ts'

function answers(lsblk: unknown, blkid = ''): RunProgram {
  return async (program) => ({ isDone: true, stdout: program === 'lsblk' ? JSON.stringify(lsblk) : blkid })
}

describe('filesystems of this machine', () => {
  it('are those that lsblk knows, each once', async () => {
    const sda = { name: '/dev/sda', fstype: null, label: null, uuid: null }
    const sda3 = { name: '/dev/sda3', fstype: 'ext4', label: 'boot', uuid: 'u-1', size: 4096 }
    expect(await findFilesystems(answers({ blockdevices: [sda, sda3, sda3] }))).toEqual([
      { path: '/dev/sda3', type: 'ext4', label: 'boot', uuid: 'u-1', byteLength: 4096 },
    ])
  })

  it('are asked of blkid where lsblk knows none', async () => {
    const listed = { blockdevices: [{ name: '/dev/sda3', fstype: null }] }
    expect(await findFilesystems(answers(listed, 'DEVNAME=/dev/sda3\nLABEL=boot\nTYPE=xfs\n'))).toEqual([
      { path: '/dev/sda3', type: 'xfs', label: 'boot', uuid: undefined, byteLength: undefined },
    ])
  })

  it.each([
    { name: 'is missing', result: { isDone: false, stdout: '' } },
    { name: 'says something else', result: { isDone: true, stdout: 'no JSON' } },
    { name: 'lists nothing', result: { isDone: true, stdout: '{"blockdevices":7}' } },
  ])('are none when lsblk $name', async ({ result }) => {
    expect(await findFilesystems(async () => result)).toEqual([])
  })

  it('are other boot filesystems, unless they are the same one or members of a RAID', () => {
    const own = { path: '/dev/sda3', type: 'ext4', label: 'boot', uuid: 'u-1', byteLength: 4096 }
    const other = { ...own, path: '/dev/sdb3', uuid: 'u-2' }
    const all = [
      own,
      other,
      { ...other, path: '/dev/mapper/sdb3' },
      { ...other, path: '/dev/sdc3', type: 'linux_raid_member', uuid: 'u-3' },
      { ...other, path: '/dev/sdd4', label: 'root', uuid: 'u-4' },
    ]
    expect(otherBootFilesystems(all, [own])).toEqual([other])
  })
})

describe('contents of a disk', () => {
  const disk = { name: '/dev/sda', type: 'disk', size: '8192', fstype: null }

  it('are its partitions, also those that nobody recognizes, by the label or else the name', async () => {
    const part = { type: 'part', size: '4096' } // text, as older versions of lsblk have it
    const devices = [
      disk,
      { ...part, name: '/dev/sda1', partlabel: 'BIOS-BOOT' },
      { ...part, name: '/dev/sda2', fstype: 'ext4', label: 'data', partlabel: 'p' },
    ]
    expect(await findContents(answers({ blockdevices: devices }), '/dev/sda')).toEqual([
      { path: '/dev/sda1', type: undefined, label: 'BIOS-BOOT', byteLength: 4096 },
      { path: '/dev/sda2', type: 'ext4', label: 'data', byteLength: 4096 },
    ])
  })

  it('are what is on a disk without partitions, and nothing for an empty one', async () => {
    const whole = answers({ blockdevices: [{ ...disk, fstype: 'xfs' }] })
    expect(await findContents(whole, '/dev/sda')).toMatchObject([{ path: '/dev/sda', type: 'xfs', byteLength: 8192 }])
    expect(await findContents(answers({ blockdevices: [disk] }), '/dev/sda')).toEqual([])
  })
})
