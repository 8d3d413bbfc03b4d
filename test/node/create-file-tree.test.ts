import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { encodeUtf8, memorySource } from '../../src/bytes/index.ts'
import { createFileTree, listFiles } from '../../src/node/index.ts'
import { failingSource } from '../support/failing-source.ts'
import { needs } from '../support/needs.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

let directory: Awaited<ReturnType<typeof temporaryDirectory>>
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => directory[Symbol.asyncDispose]())

const at = (path: string): string => join(directory.path, path)
const FILES = [
  { path: 'a', content: encodeUtf8('bytes'), mode: 0o600 },
  { path: 'b/c', content: memorySource(encodeUtf8('source')) },
]

it('makes a directory with its files, its parents and their modes', async () => {
  const progress: number[] = []
  await createFileTree(at('x/out'), FILES, { onProgress: ({ bytesDone }) => progress.push(bytesDone) })
  expect(await readFile(at('x/out/a'), 'utf8')).toBe('bytes')
  expect(await readFile(at('x/out/b/c'), 'utf8')).toBe('source')
  if (process.platform !== 'win32') expect((await stat(at('x/out/a'))).mode & 0o777).toBe(0o600)
  expect(progress.at(-1)).toBe(11)
  expect(await readdir(at('x'))).toEqual(['out'])
})

it('leaves what is there alone', async () => {
  await mkdir(at('full/b'), { recursive: true })
  await mkdir(at('empty'))
  await writeFile(at('file'), '')
  for (const name of ['full', 'empty', 'file']) {
    await expect(createFileTree(at(name), FILES)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' })
  }
  expect(await readdir(at('full'))).toEqual(['b'])
})

it('does not replace what appears meanwhile', async () => {
  const source = memorySource(encodeUtf8('late'))
  const late = {
    ...source,
    name: 'late',
    byteLength: 4,
    read: async (offset: number, byteLength: number) => {
      await mkdir(at('out'), { recursive: true })
      await writeFile(at('out/theirs'), '')
      return source.read(offset, byteLength)
    },
  }
  await expect(createFileTree(at('out'), [{ path: 'a', content: late }])).rejects.toMatchObject({
    code: 'OUTPUT_EXISTS',
  })
  expect(await readdir(directory.path)).toEqual(['out'])
  expect(await readdir(at('out'))).toEqual(['theirs'])
})

it('leaves nothing behind when a source fails halfway, or the work is stopped', async () => {
  const source = failingSource(memorySource(new Uint8Array(5_000_000)), 1)
  await expect(createFileTree(at('out'), [...FILES, { path: 'd', content: source }])).rejects.toMatchObject({
    code: 'IO_FAILED',
  })
  const stopped = new AbortController()
  const stop = { signal: stopped.signal, onProgress: () => stopped.abort() }
  await expect(createFileTree(at('out'), FILES, stop)).rejects.toMatchObject({ name: 'AbortError' })
  expect(await readdir(directory.path)).toEqual([])
})

it('removes what a killed run left of the same directory', async () => {
  await createFileTree(at('out'), FILES)
  const { temporaryPath } = await import('../../src/node/temporary-name.ts')
  const abandoned = temporaryPath(at('other')).replace(`-${process.pid}-`, '-4194305-')
  await mkdir(join(abandoned, 'deep'), { recursive: true })
  await createFileTree(at('other'), FILES)
  expect((await readdir(directory.path)).sort()).toEqual(['other', 'out'])
})

it('lists files below a directory, through links, without hidden ones', async (context) => {
  needs(context, 'linux')
  await createFileTree(at('out'), [
    ...FILES,
    { path: '.hidden', content: encodeUtf8('') },
    { path: 'b/d/e', content: encodeUtf8('') },
  ])
  await symlink('a', at('out/link'))
  await symlink('nowhere', at('out/dangling'))
  expect(await listFiles(at('out'))).toEqual(['a', 'link'])
  expect(await listFiles(at('out'), { depth: 1 })).toEqual(['a', 'b/c', 'link'])
  expect(await listFiles(at('out/a'))).toBeUndefined()
  await expect(listFiles(at('nothing'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
})
