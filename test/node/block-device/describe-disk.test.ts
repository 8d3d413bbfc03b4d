import { describe, expect, it } from 'vitest'
import { describeDisk, describeKernelDisk, type SystemFiles } from '../../../src/node/block-device/index.ts'

function filesOf(name: string, texts: Readonly<Record<string, string>>): SystemFiles {
  return {
    read: async (path) => texts[path.replace(`/sys/class/block/${name}/`, '')],
    list: async () => [],
    follow: async () => `../../devices/pci/block/sda/${name}`,
  }
}

const SOUND = { size: '8192', 'queue/logical_block_size': '4096', ro: '0' }
const describeNamed = (name: string, texts: Readonly<Record<string, string>>) =>
  describeKernelDisk(name, { path: '/dev/x', files: filesOf(name, texts) })

describe('a disk', () => {
  it('has its size in bytes, whatever its sectors are, and a model without numbers of buses', async () => {
    const names = { 'device/vendor': '0x1af4', 'device/model': ' Fast Disk ', serial: '' }
    expect(await describeNamed('nvme0n1', { ...SOUND, ...names, 'device/serial': 'S1 ' })).toEqual({
      kernelName: 'nvme0n1',
      byteLength: 4 * 1024 * 1024,
      sectorSize: 4096,
      model: 'Fast Disk',
      serial: 'S1',
    })
  })

  it.each([
    { name: 'a partition', kernelName: 'sda1', texts: { partition: '1' }, code: 'NOT_A_DISK' },
    { name: 'a DASD', kernelName: 'dasda', texts: {}, code: 'INSTALL_UNSUPPORTED' },
    { name: 'write-protected', kernelName: 'sda', texts: { ro: '1' }, code: 'READ_ONLY' },
    { name: 'a drive without a medium', kernelName: 'sr0', texts: { size: '0' }, code: 'NOT_A_DISK' },
    { name: 'of odd sectors', kernelName: 'sda', texts: { 'queue/logical_block_size': '520' }, code: 'NOT_A_DISK' },
  ])('is refused when it is $name', async ({ kernelName, texts, code }) => {
    await expect(describeNamed(kernelName, { ...SOUND, ...texts })).rejects.toMatchObject({ code })
  })

  it('is no partition: the hint names the disk', async () => {
    const hint = 'Install on the whole disk, /dev/sda'
    await expect(describeNamed('sda1', { ...SOUND, partition: '1' })).rejects.toMatchObject({ hint })
  })

  it('is no character device', async () => {
    await expect(describeDisk('/dev/null', filesOf('sda', SOUND))).rejects.toMatchObject({ code: 'NOT_A_DISK' })
  })
})
