import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type InstallOptions, type InstallRequest, installImage } from '../../../src/node/index.ts'
import { partitionFilter } from '../../../src/operations/index.ts'
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
    target: { kind: 'file', path: directory.path('disk.raw'), byteLength: undefined, overwrite: false },
    image: { kind: 'file', path: directory.path('image.raw') },
    trust: { anchor: 'signature', insecure: true, keyrings: [], environment: {} },
    filter: partitionFilter({}),
    http: {},
    skipReadBack: false,
    preserveOnError: false,
    ...change,
  }
}

function options(change: Partial<InstallOptions> = {}): InstallOptions {
  return {
    approve: async () => true,
    onNotice: () => {},
    onProgress: () => {},
    onFailure: () => {},
    signal: new AbortController().signal,
    ...change,
  }
}

describe('installImage', () => {
  it('makes a disk of an image', async () => {
    await directory.write('image.raw', IMAGE)
    const installed = await installImage(request(), options())
    expect(installed?.result.imageByteLength).toBe(IMAGE.byteLength)
    expect((await stat(directory.path('disk.raw'))).size).toBe(IMAGE.byteLength)
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
    const target = { kind: 'file', path: directory.path('disk.raw'), byteLength: 4 * MIB, overwrite: false } as const
    const installing = installImage(request({ image: image(), target }), options())
    await expect(installing).rejects.toMatchObject({ code: 'DISK_TOO_SMALL' })
    expect(await readdir(directory.path('.'))).toEqual(['image.raw', 'pipe'])
  })

  it('ends at an abort, and leaves no file', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const onProgress = (): void => {
      setTimeout(() => controller.abort(reason), 100)
    }
    const installing = installImage(request({ image: image() }), options({ signal: controller.signal, onProgress }))
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
    const installing = installImage(request({ image }), options({ signal: controller.signal }))
    await expect(installing).rejects.toBe(reason)
  })
})
