import { describe, expect, it } from 'vitest'
import { findFilesystems, otherBootFilesystems, type RunProgram } from '../../../src/node/block-device/index.ts'

describe('filesystems of this machine', () => {
  const answers = (lsblk: unknown, blkid = ''): RunProgram => {
    return async (program) => ({ isDone: true, stdout: program === 'lsblk' ? JSON.stringify(lsblk) : blkid })
  }

  it('are those that lsblk knows, each once', async () => {
    const sda = { name: '/dev/sda', fstype: null, label: null, uuid: null }
    const sda3 = { name: '/dev/sda3', fstype: 'ext4', label: 'boot', uuid: 'u-1' }
    expect(await findFilesystems(answers({ blockdevices: [sda, sda3, sda3] }))).toEqual([
      { path: '/dev/sda3', type: 'ext4', label: 'boot', uuid: 'u-1' },
    ])
  })

  it('are asked of blkid where lsblk knows none', async () => {
    const listed = { blockdevices: [{ name: '/dev/sda3', fstype: null }] }
    expect(await findFilesystems(answers(listed, 'DEVNAME=/dev/sda3\nLABEL=boot\nTYPE=xfs\n'))).toEqual([
      { path: '/dev/sda3', type: 'xfs', label: 'boot', uuid: undefined },
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
    const own = { path: '/dev/sda3', type: 'ext4', label: 'boot', uuid: 'u-1' }
    const other = { path: '/dev/sdb3', type: 'ext4', label: 'boot', uuid: 'u-2' }
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
