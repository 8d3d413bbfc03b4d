import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFile, symlink } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLoopDisk, LOOP_DISK_NEEDS, type LoopDisk, listPartitions } from '../support/loop-disk.ts'
import { METAL_IMAGE_NEEDS, type MetalImage, makeMetalImage } from '../support/metal-image.ts'
import { needs } from '../support/needs.ts'
import { createShell, type Shell } from '../support/run-isokit.ts'
import { CTRL_C, CTRL_D, runOnTerminal, screenOf } from '../support/terminal.ts'

const MIB = 1024 * 1024
const QUESTION = 'to go on: '
const COLOURS = /\x1b\[[0-9;]*m/

let shell: Shell
let disk: LoopDisk
let image: MetalImage
beforeEach(async (context) => {
  needs(context, ...LOOP_DISK_NEEDS, ...METAL_IMAGE_NEEDS, 'python3')
  shell = await createShell()
  image = await makeMetalImage()
  disk = await createLoopDisk(shell.path('disk'), { byteLength: 2 * image.byteLength })
})
afterEach(async () => {
  await disk?.[Symbol.asyncDispose]()
  await shell?.[Symbol.asyncDispose]()
})

async function hashOfDisk(): Promise<string> {
  return createHash('sha256')
    .update(await readFile(disk.path))
    .digest('hex')
}

describe('the question before a disk is erased, on a terminal', () => {
  it('installs after yes', async () => {
    const words = ['install', disk.device, '-f', image.path, '--insecure']
    const { exitCode, output } = await runOnTerminal(shell, words, { steps: [[QUESTION, 'yes\n']] })
    expect(exitCode, output).toBe(0)
    expect(listPartitions(disk.device)).toHaveLength(image.partitions.length)
  })

  it.each([
    { name: 'Ctrl-C', typed: CTRL_C, exitCode: 130 },
    { name: 'Ctrl-D', typed: CTRL_D, exitCode: 1 },
    { name: 'no', typed: 'no\n', exitCode: 1 },
  ])('leaves every byte of the disk after $name', async ({ typed, exitCode }) => {
    const before = await hashOfDisk()
    const words = ['install', disk.device, '-f', image.path, '--insecure']
    const result = await runOnTerminal(shell, words, { steps: [[QUESTION, typed]] })
    expect([result.exitCode, result.output]).toEqual([exitCode, expect.stringContaining(QUESTION)])
    expect(await hashOfDisk()).toBe(before)
  })
})

describe('progress on a terminal of 40 columns', () => {
  const NAME = `${'an-image-with-a-very-long-name-'.repeat(4)}.raw`
  const BAR = /^\[=|^Writing: /

  /** Serves the image so slowly that there is something to see. */
  async function serveSlowly(): Promise<AsyncDisposable & { readonly url: string }> {
    const bytes = await readFile(image.path)
    const server = createServer(async (request, response) => {
      if (request.url?.endsWith('.sig')) return response.writeHead(404).end()
      response.writeHead(200, { 'content-length': bytes.byteLength })
      for (let offset = 0; offset < bytes.byteLength && !response.destroyed; offset += 4 * MIB) {
        response.write(bytes.subarray(offset, offset + 4 * MIB))
        await delay(120)
      }
      return response.end()
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    return {
      url: `http://127.0.0.1:${port}/${NAME}`,
      async [Symbol.asyncDispose]() {
        server.closeAllConnections()
        server.close()
      },
    }
  }

  it.each([
    { name: 'an installation', words: ['--insecure'], steps: [], exitCode: 0 },
    { name: 'a failure', words: ['--checksum', `sha256:${'0'.repeat(64)}`], steps: [], exitCode: 1 },
    { name: 'Ctrl-C', words: ['--insecure'], steps: [['%', CTRL_C]], exitCode: 130 },
  ] as const)(
    'never wraps, tells the share, and leaves nothing of itself after $name',
    async ({ words, steps, exitCode }) => {
      await using server = await serveSlowly()
      const link = shell.path(`disk-by-a-long-name-${'0123456789'.repeat(8)}`)
      await symlink(disk.device, link)
      const line = ['install', link, '-u', server.url, '--yes', ...words]
      const { output, ...result } = await runOnTerminal(shell, line, { columns: 40, steps })
      expect(result.exitCode, output).toBe(exitCode)
      const bars = new Set<string>()
      const screen = screenOf(output, (shown) => {
        if (BAR.test(shown)) bars.add(shown)
      })
      expect(
        [...bars].filter((bar) => bar.includes('%)')),
        output,
      ).not.toEqual([])
      expect([...bars].filter((bar) => bar.length >= 40)).toEqual([])
      expect(screen.filter((shown) => BAR.test(shown))).toEqual([])
      expect(listPartitions(disk.device)).toHaveLength(exitCode === 0 ? image.partitions.length : 0)
    },
  )
})

it('there are no colours on a terminal where NO_COLOR is set', async () => {
  const words = ['install', disk.device, '-f', image.path, '--insecure']
  const coloured = await runOnTerminal(shell, words, { steps: [[QUESTION, 'no\n']] })
  const plain = await runOnTerminal(shell, words, { steps: [[QUESTION, 'no\n']], env: { NO_COLOR: '1' } })
  expect(coloured.output).toMatch(COLOURS)
  expect(plain.output).not.toMatch(COLOURS)
})
