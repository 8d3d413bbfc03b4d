import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { concatSources, memorySource, zeroSource } from '../../src/bytes/index.ts'
import { nodeCodecs as codecs, extractInitrd } from '../../src/node/index.ts'
import { cpioBytes, cpioMemberBytes } from '../support/cpio-builder.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

let directory: Awaited<ReturnType<typeof temporaryDirectory>>
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => directory[Symbol.asyncDispose]())

const text = (path: string): Promise<string> => readFile(join(directory.path, path), 'utf8')

it('extracts the last of several members of a path, with directories made as needed', async () => {
  const initrd = memorySource(
    cpioBytes([
      { path: 'a/b', text: 'first' },
      { path: 'c', text: 'c' },
      { path: './a/b', text: 'second' },
      { path: 'removed', text: 'gone' },
      { path: 'removed', mode: 0o040755 },
    ]),
  )
  const paths = await extractInitrd(initrd, directory.path, { codecs })
  expect(paths).toEqual([join(directory.path, 'a/b'), join(directory.path, 'c')])
  expect(await text('a/b')).toBe('second')
  expect(await text('c')).toBe('c')
})

it('gives every name of a file its contents', async () => {
  const link = { ino: 7, linkCount: 3 }
  const initrd = memorySource(
    cpioBytes([
      { path: 'x/first', ...link },
      { path: 'y', ...link },
      { path: 'last', ...link, text: 'contents' },
    ]),
  )
  await extractInitrd(initrd, directory.path, { codecs, filter: (path) => path !== 'last' })
  expect(await text('x/first')).toBe('contents')
  expect(await text('y')).toBe('contents')
  expect(await readdir(directory.path)).toEqual(['x', 'y'])
})

it('makes no file when one member would leave the directory', async () => {
  const initrd = memorySource(
    cpioBytes([
      { path: 'a', text: 'a' },
      { path: 'b/../../c', text: 'c' },
    ]),
  )
  await expect(extractInitrd(initrd, directory.path, { codecs })).rejects.toMatchObject({
    code: 'PATH_TRAVERSAL',
    message: expect.stringContaining('traversal'),
  })
  expect(await readdir(directory.path)).toEqual([])
})

it('makes no file when one would stand below another', async () => {
  const initrd = memorySource(
    cpioBytes([
      { path: 'x', text: 'x' },
      { path: 'a', text: 'a' },
      { path: 'a/b/c', text: 'c' },
    ]),
  )
  await expect(extractInitrd(initrd, directory.path, { codecs })).rejects.toMatchObject({ code: 'CPIO_CORRUPT' })
  expect(await readdir(directory.path)).toEqual([])
})

it('makes no file when one exists', async () => {
  await writeFile(join(directory.path, 'b'), 'mine')
  const initrd = memorySource(
    cpioBytes([
      { path: 'a', text: 'a' },
      { path: 'b', text: 'b' },
    ]),
  )
  await expect(extractInitrd(initrd, directory.path, { codecs })).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' })
  expect(await readdir(directory.path)).toEqual(['b'])
  expect(await text('b')).toBe('mine')
})

it('streams a file that is larger than what is kept in memory', async () => {
  const byteLength = 300 * 1024 * 1024
  const initrd = concatSources(
    [
      memorySource(cpioMemberBytes({ path: 'root.img', byteLength })),
      zeroSource(byteLength),
      memorySource(cpioBytes([])),
    ],
    'rootfs.img',
  )
  const before = process.memoryUsage().rss
  const [path = ''] = await extractInitrd(initrd, directory.path, { codecs })
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024)
  expect((await stat(path)).size).toBe(byteLength)
})
