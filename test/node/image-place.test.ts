import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { locateImage } from '../../src/node/image-place.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

let directory: Awaited<ReturnType<typeof temporaryDirectory>>

beforeEach(async () => {
  directory = await temporaryDirectory()
  vi.stubEnv('HOME', directory.path)
  vi.stubEnv('LOCALAPPDATA', join(directory.path, '.local/state'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await directory[Symbol.asyncDispose]()
})

it.each([
  { name: 'where the environment says', home: (base: string) => join(base, 'state'), is: 'state/isokit' },
  { name: 'in its usual place when nothing is said', home: () => '', is: '.local/state/isokit' },
  { name: 'in its usual place when a relative path is said', home: () => 'state', is: '.local/state/isokit' },
])('keeps the state of this user $name', async ({ home, is }) => {
  vi.stubEnv('XDG_STATE_HOME', home(directory.path))
  const path = join(directory.path, 'live.iso')
  await writeFile(path, '')
  const { userStem } = await locateImage(path)
  expect(userStem).toContain(join(directory.path, is, 'live.iso-'))
})
