import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createDirectory } from '../../src/node/index.ts'
import { needs } from '../support/needs.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

let directory: Awaited<ReturnType<typeof temporaryDirectory>>
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => directory[Symbol.asyncDispose]())

it('makes a directory with its parents, with the mode that is asked for, and again', async () => {
  const path = join(directory.path, 'a/b/c')
  await createDirectory(path, { mode: 0o700 })
  await createDirectory(path)
  await createDirectory(`${path}/`)
  expect((await stat(path)).isDirectory()).toBe(true)
  if (process.platform !== 'win32') expect((await stat(join(directory.path, 'a'))).mode & 0o777).toBe(0o700)
})

it('refuses the name of a file, and a file as parent', async () => {
  await writeFile(join(directory.path, 'file'), '')
  await expect(createDirectory(join(directory.path, 'file'))).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' })
  await expect(createDirectory(join(directory.path, 'file/a'))).rejects.toMatchObject({ name: 'IoError' })
})

it('gives up where a directory can hold no others', async (context) => {
  needs(context, 'linux')
  await expect(createDirectory('/proc/none/a/b')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
})
