import { beforeEach, describe, expect, it, vi } from 'vitest'
import { planBootChanges } from '../../../src/coreos/index.ts'
import { openExt2Boot } from '../../../src/node/index.ts'
import { EXT_IMAGE_NEEDS, leadInCircles, makeExtImage } from '../../support/ext-image.ts'
import { type MemoryTarget, memoryTarget } from '../../support/memory-target.ts'
import { needs } from '../../support/needs.ts'

beforeEach((context) => needs(context, ...EXT_IMAGE_NEEDS))

/** A filesystem in which the library would be busy for an hour. */
async function circularTarget(): Promise<MemoryTarget> {
  const image = await makeExtImage('ext2')
  leadInCircles(image)
  return memoryTarget({ byteLength: image.bytes.byteLength, bytes: image.bytes })
}

const extentOf = ({ byteLength }: MemoryTarget) => ({ offset: 0, byteLength })

describe('openExt2Boot', () => {
  it('gives up on a filesystem that leads in circles, and the program goes on meanwhile', async () => {
    const target = await circularTarget()
    const onTick = vi.fn()
    const ticking = setInterval(onTick, 20)
    const partition = await openExt2Boot(target, extentOf(target), { patienceMs: 500 })
    await expect(partition.list('absent')).rejects.toMatchObject({ code: 'BOOT_FILESYSTEM_UNSUPPORTED' })
    clearInterval(ticking)
    expect(onTick.mock.calls.length).toBeGreaterThan(10)
    await expect(partition.close()).rejects.toMatchObject({ code: 'BOOT_FILESYSTEM_UNSUPPORTED' })
    expect(target.events).toEqual([])
  })

  it('counts only the time in which the library gets nowhere', async () => {
    const { bytes } = await makeExtImage('ext2')
    const target = memoryTarget({ byteLength: bytes.byteLength, bytes })
    const slow = {
      ...target,
      read: async (offset: number, byteLength: number) => {
        await new Promise((resolve) => setTimeout(resolve, 10))
        return target.read(offset, byteLength)
      },
    }
    const startMs = performance.now()
    const partition = await openExt2Boot(slow, extentOf(target), { patienceMs: 1000 })
    await partition.apply([{ kind: 'create-file', path: 'new', mode: 0o600, bytes: new Uint8Array(40_000) }])
    await partition.close()
    expect(performance.now() - startMs).toBeGreaterThan(1000)
  })

  it('ends at an abort, whatever the library does', async () => {
    const target = await circularTarget()
    const controller = new AbortController()
    const reason = new Error('enough')
    const partition = await openExt2Boot(target, extentOf(target), { signal: controller.signal })
    setTimeout(() => controller.abort(reason), 100)
    await expect(partition.list('absent')).rejects.toBe(reason)
    await expect(partition.close()).rejects.toBe(reason)
  })

  it('says so where there can be no thread, with nothing written', async () => {
    vi.resetModules()
    vi.doMock('../../../src/node/boot-partition/ext2-worker/worker-path.ts', () => ({ EXT2_WORKER_PATH: '/absent' }))
    const node = await import('../../../src/node/index.ts')
    const { bytes } = await makeExtImage('ext4')
    const target = memoryTarget({ byteLength: bytes.byteLength, bytes })
    await expect(node.openExt2Boot(target, extentOf(target))).rejects.toMatchObject({ code: 'IO_FAILED' })
    expect(target.events).toEqual([])
    vi.doUnmock('../../../src/node/boot-partition/ext2-worker/worker-path.ts')
  })

  it('reads and changes the same filesystem when it is sound', async () => {
    const { bytes } = await makeExtImage('ext4')
    const target = memoryTarget({ byteLength: bytes.byteLength, bytes })
    const partition = await openExt2Boot(target, extentOf(target))
    const { changes } = await planBootChanges(partition, { firstbootArgs: 'ip=dhcp' })
    await partition.apply(changes)
    expect(new TextDecoder().decode(await partition.read('ignition.firstboot'))).toContain('ip=dhcp')
    await partition.close()
  })
})
