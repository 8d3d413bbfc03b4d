import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdir, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type InstallProposal, type InstallRequest, installImage, type TargetReport } from '../../../src/node/index.ts'
import { diskBytes, MIB, partition } from '../../support/partitioned-disk.ts'
import { useDirectory } from '../../support/use-directory.ts'

const IMAGE = diskBytes({
  byteLength: 8 * MIB,
  partitions: [partition(1, 'boot', 1, 2), partition(2, 'root', 2, 6)],
  fill: 7,
})

const directory = useDirectory()

function request(change: Partial<InstallRequest> = {}): InstallRequest {
  return {
    target: { kind: 'file', path: directory.path('disk.raw') },
    image: { kind: 'file', path: directory.path('image.raw') },
    trust: { insecure: true },
    ...change,
  }
}

describe('installImage', () => {
  it('makes a disk of an image', async () => {
    await directory.write('image.raw', IMAGE)
    const installed = await installImage(request())
    expect(installed?.result.imageByteLength).toBe(IMAGE.byteLength)
    expect((await stat(directory.path('disk.raw'))).size).toBe(IMAGE.byteLength)
  })

  it('wants a proof unless told otherwise', async () => {
    await directory.write('image.raw', IMAGE)
    await expect(installImage(request({ trust: undefined }))).rejects.toMatchObject({ code: 'SIGNATURE_MISSING' })
  })

  it('tells its plan before it writes, and ends when that is not approved', async () => {
    await directory.write('image.raw', IMAGE)
    const checksum = `sha256:${createHash('sha256').update(IMAGE).digest('hex')}`
    const approve = vi.fn(async (_: InstallProposal) => false)
    expect(await installImage(request({ trust: { checksum } }), { approve })).toBeUndefined()
    expect(approve.mock.calls[0]?.[0]).toMatchObject({
      target: { byteLength: IMAGE.byteLength },
      plan: { imagePartitions: [{ name: 'boot' }, { name: 'root' }] },
      toProve: [expect.stringContaining(checksum.slice(7))],
    })
    expect(await readdir(directory.path('.'))).toEqual(['image.raw'])
  })

  it('refuses what no boot partition could take before it opens anything', async () => {
    const installing = installImage(request({ boot: { platform: '' } }))
    await expect(installing).rejects.toMatchObject({ code: 'CUSTOMIZATION_INVALID' })
  })

  it('says what an image is that is none before it asks for a size', async () => {
    await directory.write('image.raw', Buffer.from('BZh91AY&SY'.padEnd(2 * MIB, '-')))
    await expect(installImage(request())).rejects.toMatchObject({ code: 'NOT_A_DISK_IMAGE' })
    expect(await readdir(directory.path('.'))).toEqual(['image.raw'])
  })

  it('says what a failure has left', async () => {
    await directory.write('image.raw', IMAGE)
    const onFailure = vi.fn((_: TargetReport) => {})
    const installing = installImage(request({ trust: { checksum: `sha256:${'0'.repeat(64)}` } }), { onFailure })
    await expect(installing).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' })
    expect(onFailure.mock.calls).toMatchObject([[{ state: 'reset', target: { name: directory.path('disk.raw') } }]])
    expect(await readdir(directory.path('.'))).toEqual(['image.raw'])
  })

  it('stops fetching at an abort', async () => {
    const server = createServer(() => {}) // never answers
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 100)
    const image = { kind: 'url', url: `http://127.0.0.1:${port}/image.raw` } as const
    await expect(installImage(request({ image }), { signal: controller.signal })).rejects.toThrow('abort')
    server.closeAllConnections()
    server.close()
  })
})

describe('installImage from a pipe that stays open and gives no more', () => {
  let writer: ChildProcess
  beforeEach(async () => {
    await directory.write('image.raw', IMAGE)
    execFileSync('mkfifo', [directory.path('pipe')])
    const script = `exec 3<> pipe; head -c ${5 * MIB} image.raw >&3; exec sleep 60`
    writer = spawn('sh', ['-c', script], { cwd: directory.path('.'), stdio: 'ignore' })
  })
  afterEach(() => {
    writer.kill()
  })

  const image = (): InstallRequest['image'] => ({ kind: 'file', path: directory.path('pipe') })

  it('fails at once when the image is refused', async () => {
    const target = { kind: 'file', path: directory.path('disk.raw'), byteLength: 4 * MIB } as const
    const installing = installImage(request({ image: image(), target }))
    await expect(installing).rejects.toMatchObject({ code: 'DISK_TOO_SMALL' })
    expect(await readdir(directory.path('.'))).toEqual(['image.raw', 'pipe'])
  })

  it('ends at an abort, and leaves no file', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const onProgress = (): void => {
      setTimeout(() => controller.abort(reason), 100)
    }
    const installing = installImage(request({ image: image() }), { signal: controller.signal, onProgress })
    await expect(installing).rejects.toBe(reason)
    expect(await readdir(directory.path('.'))).toEqual(['image.raw', 'pipe'])
  })
})

describe('installImage from a pipe to which nobody writes', () => {
  it('ends at an abort', async () => {
    execFileSync('mkfifo', [directory.path('pipe')])
    const controller = new AbortController()
    const reason = new Error('enough')
    setTimeout(() => controller.abort(reason), 100)
    const image = { kind: 'file', path: directory.path('pipe') } as const
    const installing = installImage(request({ image }), { signal: controller.signal })
    await expect(installing).rejects.toBe(reason)
  })
})
