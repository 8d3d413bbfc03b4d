import { describe, expect, it } from 'vitest'
import { encodeGpt } from '../../../src/formats/gpt/index.ts'
import { type RunProgram, rereadPartitions, type SystemFiles } from '../../../src/node/block-device/index.ts'

const MIB = 1024 * 1024
const SECTOR_SIZE = 512

/** The first MiB of a disk with one partition of a MiB at 1 MiB. */
function headWithPartition(): Uint8Array {
  const head = new Uint8Array(MIB)
  const partition = {
    typeGuid: '0fc63daf-8483-4772-8e79-3d69d8477de4',
    uniqueGuid: '11111111-2222-4333-8444-555555555555',
    name: 'boot',
    extent: { offset: MIB, byteLength: MIB },
  }
  const diskGuid = '99999999-2222-4333-8444-555555555555'
  for (const { offset, bytes } of encodeGpt({ diskByteLength: 8 * MIB, diskGuid, partitions: [partition] })) {
    if (offset < MIB) head.set(bytes, offset)
  }
  return head
}

/** A kernel that sees the partition once `program` has run often enough. */
function kernel(program: string, parameter: string, afterRuns: number) {
  const commands: string[] = []
  let runs = 0
  const run: RunProgram = async (name, parameters) => {
    commands.push([name, ...parameters].join(' '))
    if (name === program && parameters.includes(parameter)) runs += 1
    return { isDone: true, stdout: '' }
  }
  const values: Readonly<Record<string, string>> = { partition: '1', start: '2048', size: '2048' }
  const isSeen = (): boolean => runs >= afterRuns
  const files: SystemFiles = {
    list: async (path) => (path === '/sys/class/block/sda' && isSeen() ? ['queue', 'sda1'] : []),
    read: async (path) => (path.includes('/sda1/') && isSeen() ? values[path.split('/').at(-1) ?? ''] : undefined),
    follow: async () => undefined,
  }
  return { commands, options: { run, files, retryMs: 0 } }
}

const disk = { name: '/dev/sda', kernelName: 'sda', sectorSize: SECTOR_SIZE, head: headWithPartition() }

describe('the partitions of a disk that has changed', () => {
  it('are read by the kernel where it can', async () => {
    const { commands, options } = kernel('blockdev', '--rereadpt', 1)
    expect(await rereadPartitions(disk, options)).toBeUndefined()
    expect(commands).toEqual(['blockdev --rereadpt /dev/sda', 'udevadm settle'])
  })

  it('are read by partx where the kernel says yes and does nothing', async () => {
    const { commands, options } = kernel('partx', '--add', 1)
    expect(await rereadPartitions(disk, options)).toBeUndefined()
    expect(commands).toContain('partx --delete /dev/sda')
  })

  it('are waited for while something stands in the way, for twenty tries', async () => {
    expect(await rereadPartitions(disk, kernel('partx', '--add', 20).options)).toBeUndefined()
    expect(await rereadPartitions(disk, kernel('partx', '--add', 21).options)).toContain('partx')
  })

  it('are mapped for mapped devices', async () => {
    const { commands, options } = kernel('kpartx', '-u', 1)
    expect(await rereadPartitions({ ...disk, kernelName: 'dm-0' }, options)).toBeUndefined()
    expect(commands).toContain('kpartx -u -s /dev/sda')
  })
})
