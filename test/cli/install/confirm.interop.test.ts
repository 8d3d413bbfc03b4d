import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLoopDisk, LOOP_DISK_NEEDS, type LoopDisk, listPartitions } from '../../support/loop-disk.ts'
import { METAL_IMAGE_NEEDS, makeMetalImage } from '../../support/metal-image.ts'
import { needs } from '../../support/needs.ts'
import { type MainResult, runMain } from '../../support/run-main.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const TERMINALS = ['stdin', 'stderr'] as const

let directory: Awaited<ReturnType<typeof temporaryDirectory>>
let disk: LoopDisk
beforeEach(async (context) => {
  needs(context, ...LOOP_DISK_NEEDS, ...METAL_IMAGE_NEEDS, '/usr/sbin/mkfs.ext4')
  directory = await temporaryDirectory()
  disk = await createLoopDisk(join(directory.path, 'disk'), { byteLength: 64 * 1024 * 1024 })
})
afterEach(async () => {
  await disk?.[Symbol.asyncDispose]()
  await directory?.[Symbol.asyncDispose]()
})

async function install(answer: string, ...words: readonly string[]): Promise<MainResult> {
  const { path } = await makeMetalImage()
  const line = ['install', disk.device, '-f', path, '--insecure', '--progress', 'none', ...words]
  return await runMain(line, { stdin: new TextEncoder().encode(answer), terminals: TERMINALS })
}

it.each(['no\n', '\n', '', 'y\n', 'yes please\n'])('a person who answers %j keeps the disk', async (answer) => {
  const before = await readFile(disk.path)
  const { exitCode, stdout, stderr } = await install(answer)
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: `Nothing was written to ${disk.device}\n` })
  expect(stderr).toMatch(
    answer === '' ? /will be lost\. Type yes to go on: \n$/ : /will be lost\. Type yes to go on: $/,
  )
  expect((await readFile(disk.path)).equals(before)).toBe(true)
})

it('a person is told what is on the disk before the question', async () => {
  execFileSync('/usr/sbin/mkfs.ext4', ['-q', '-L', 'precious', disk.device])
  const { stderr } = await install('no\n')
  expect(stderr).toMatch(/has ext4 on \/dev\/loop\d+ \(64\.0 MiB, "precious"\)\n(.*\n)*.*Type yes to go on: $/)
})

it.each([
  { name: 'yes', answer: 'yes\n', words: [] },
  { name: 'nothing, having said so before', answer: '', words: ['--yes'] },
])('a person who answers $name gets the system', async ({ answer, words }) => {
  expect(await install(answer, ...words)).toMatchObject({ exitCode: 0 })
  expect(listPartitions(disk.device)).toHaveLength(4)
})
