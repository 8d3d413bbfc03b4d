import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { memorySource, zeroSource } from '../../src/bytes/index.ts'
import { createFiles } from '../../src/node/index.ts'
import { abortingSource, failingSource } from '../support/faulty.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'isokit-create-files-'))
})
afterEach(() => rm(directory, { recursive: true }))

const at = (name: string): string => join(directory, name)
const ONE = Uint8Array.of(1)

it('makes files from bytes, sources and chunks, which appear after all of them are written', async () => {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Uint8Array.of(3)
    yield Uint8Array.of(4)
  }
  const files = [
    { path: at('a'), content: ONE, mode: 0o600 },
    { path: at('b'), content: memorySource(Uint8Array.of(2)) },
    { path: at('c'), content: chunks() },
  ]
  let visible: readonly string[] = []
  await createFiles(files, {
    async beforeCommit() {
      visible = (await readdir(directory)).filter((name) => !name.startsWith('.'))
    },
  })
  expect(visible).toEqual([])
  expect((await readdir(directory)).sort()).toEqual(['a', 'b', 'c'])
  expect(await Promise.all(files.map(async ({ path }) => [...(await readFile(path))]))).toEqual([[1], [2], [3, 4]])
})

it.each([
  { name: 'the second content fails', content: failingSource(zeroSource(10), 0), error: { code: 'EIO' } },
  {
    name: 'what comes before the names fails',
    beforeCommit: () => Promise.reject(new RangeError('made up')),
    error: { message: 'made up' },
  },
])('leaves nothing behind when $name', async ({ content = ONE, error, ...options }) => {
  const files = [
    { path: at('a'), content: ONE },
    { path: at('b'), content },
  ]
  await expect(createFiles(files, options)).rejects.toMatchObject(error)
  expect(await readdir(directory)).toEqual([])
})

it('leaves nothing behind when it is told to stop', async () => {
  const controller = new AbortController()
  const content = abortingSource(zeroSource(10), controller, 1)
  const files = [
    { path: at('a'), content: ONE },
    { path: at('b'), content },
  ]
  await expect(createFiles(files, { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' })
  expect(await readdir(directory)).toEqual([])
})

it('refuses an existing file before anything is read, and keeps it', async () => {
  await writeFile(at('b'), 'mine')
  let isRead = false
  async function* chunks(): AsyncGenerator<Uint8Array> {
    isRead = true
    yield ONE
  }
  const files = [
    { path: at('a'), content: chunks() },
    { path: at('b'), content: ONE },
  ]
  await expect(createFiles(files)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' })
  expect(isRead).toBe(false)
  expect(await readdir(directory)).toEqual(['b'])
  expect(await readFile(at('b'), 'utf8')).toBe('mine')
})

it('takes the first file back when the name of the second is taken in the last moment', async () => {
  const files = [
    { path: at('a'), content: ONE },
    { path: at('b'), content: ONE },
  ]
  const beforeCommit = () => writeFile(at('b'), 'theirs')
  await expect(createFiles(files, { beforeCommit })).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' })
  expect(await readdir(directory)).toEqual(['b'])
  expect(await readFile(at('b'), 'utf8')).toBe('theirs')
})
