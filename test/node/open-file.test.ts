import { execFileSync } from 'node:child_process'
import { mkdir, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readAll } from '../../src/bytes/index.ts'
import { openFile, readInput } from '../../src/node/index.ts'
import { needs } from '../support/needs.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

let directory: Awaited<ReturnType<typeof temporaryDirectory>>
const at = (name: string): string => join(directory.path, name)

beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => directory[Symbol.asyncDispose]())

describe('openFile', () => {
  it('reads any range of a regular file', async () => {
    await writeFile(at('image'), 'Hello, world')
    await using file = await openFile(at('image'))
    expect(file.byteLength).toBe(12)
    expect(Buffer.from(await file.read(7, 5)).toString()).toBe('world')
    expect(await file.read(12, 0)).toHaveLength(0)
    await expect(file.read(7, 6)).rejects.toMatchObject({ code: 'UNEXPECTED_END' })
  })

  it('says so when the file becomes shorter while it is open', async () => {
    await writeFile(at('image'), new Uint8Array(10_000))
    await using file = await openFile(at('image'))
    await truncate(at('image'), 4_000)
    await expect(readAll(file)).rejects.toMatchObject({
      code: 'IO_FAILED',
      message: expect.stringContaining('it ends at 4000'),
    })
  })

  it.each([
    { name: 'a missing file', path: 'missing', code: 'FILE_NOT_FOUND' },
    { name: 'a path through a file', path: 'file/image', code: 'FILE_NOT_FOUND' },
    { name: 'a directory', path: 'folder', code: 'IS_A_DIRECTORY' },
    { name: 'a named pipe, without waiting for its writer', path: 'pipe', code: 'NOT_A_FILE' },
    { name: 'a character device', path: '/dev/null', code: 'NOT_A_FILE' },
  ])('refuses $name, and names it', async ({ path, code }) => {
    await writeFile(at('file'), '')
    await mkdir(at('folder'))
    execFileSync('mkfifo', [at('pipe')])
    const whole = path.startsWith('/') ? path : at(path)
    await expect(openFile(whole)).rejects.toMatchObject({ code, message: expect.stringContaining(`open ${whole}`) })
  })

  it.each([
    { name: 'from sysfs', fastPaths: true, byteLength: 1_049_088 },
    { name: 'by probing', fastPaths: false, byteLength: 1_049_088 },
    { name: 'by probing one of a single sector', fastPaths: false, byteLength: 512 },
  ])('knows the size of a block device $name', async ({ fastPaths, byteLength }) => {
    await using device = await loopDevice(byteLength)
    await using file = await openFile(device.path, { fastPaths })
    expect(file).toMatchObject({ byteLength, isBlockDevice: true })
    expect(await file.read(byteLength - 4, 4)).toEqual(Uint8Array.of(0, 0, 0, 9))
  })

  async function loopDevice(byteLength: number): Promise<AsyncDisposable & { readonly path: string }> {
    const bytes = new Uint8Array(byteLength)
    bytes[byteLength - 1] = 9
    await writeFile(at('disk'), bytes)
    const path = execFileSync('losetup', ['--find', '--show', at('disk')], { encoding: 'utf8' }).trim()
    return { path, [Symbol.asyncDispose]: async () => void execFileSync('losetup', ['--detach', path]) }
  }

  beforeEach((context) => {
    if (context.task.name.includes('block device')) needs(context, 'root', 'losetup', '/dev/loop-control')
  })
})

describe('readInput', () => {
  it('reads a file with as many bytes as the limit allows, and refuses one more', async () => {
    await writeFile(at('config'), new Uint8Array(100_000).fill(7))
    expect(await readInput(at('config'), { maxByteLength: 100_000 })).toHaveLength(100_000)
    await expect(readInput(at('config'), { maxByteLength: 99_999 })).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' })
  })

  it('reads a named pipe to its end', async () => {
    execFileSync('mkfifo', [at('pipe')])
    const [bytes] = await Promise.all([readInput(at('pipe')), writeFile(at('pipe'), 'config')])
    expect(Buffer.from(bytes).toString()).toBe('config')
  })

  it.each([
    { name: 'a missing file', path: 'missing', code: 'FILE_NOT_FOUND' },
    { name: 'a directory', path: '.', code: 'IS_A_DIRECTORY' },
  ])('refuses $name', async ({ path, code }) => {
    await expect(readInput(at(path))).rejects.toMatchObject({ code })
  })

  it('refuses an endless device', async () => {
    await expect(readInput('/dev/zero', { maxByteLength: 1_000_000 })).rejects.toMatchObject({
      code: 'INPUT_TOO_LARGE',
    })
  })
})
