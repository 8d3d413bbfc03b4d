import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile, stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Fault, serveFile } from '../support/faulty-server.ts'
import { type HttpServer, startHttpServer } from '../support/http-server.ts'
import { createShell, ISOKIT_PATH, type Shell } from '../support/run-isokit.ts'

const image = Uint8Array.from({ length: 2_000_000 }, (_, index) => (index * 7919) >> 3)
const STORED = 1_000_000
const sha256 = createHash('sha256').update(image).digest('hex')

let shell: Shell
let server: HttpServer
let faults: Fault[]
beforeEach(async () => {
  shell = await createShell()
  faults = []
  const metadata = { architectures: { x86_64: { artifacts: { metal: { formats: { iso: { disk: {} } } } } } } }
  server = await startHttpServer((request, response) => {
    const disk = { location: `${server.url}/live.iso`, sha256 }
    metadata.architectures.x86_64.artifacts.metal.formats.iso.disk = disk
    const json = new TextEncoder().encode(JSON.stringify(metadata))
    if (request.url === '/stable.json') serveFile({ bytes: json })(request, response)
    else serveFile({ bytes: image, headers: { etag: '"one"' } }, faults.splice(0, 1))(request, response)
  })
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await shell[Symbol.asyncDispose]()
})

const stream = (): readonly string[] => ['--stream-base-url', server.url]
const download = (): readonly string[] => ['download', ...stream(), '-a', 'x86_64', '-f', 'iso', '--insecure']
const names = async (): Promise<readonly string[]> => (await readdir(shell.directory)).filter((name) => name !== '.bin')

/** A download that has stored some bytes and gets no more. */
async function startStalled(): Promise<{ end(signal: NodeJS.Signals): Promise<number | null> }> {
  faults = [{ after: STORED, by: 'stall' }]
  const child = spawn(process.execPath, [ISOKIT_PATH, ...download()], { cwd: shell.directory, stdio: 'ignore' })
  const ended = once(child, 'close') as Promise<[number | null]>
  while ((await stat(shell.path('live.iso.part')).catch(() => undefined))?.size !== STORED) {
    if (child.exitCode !== null) throw new Error(`isokit ended by itself, with ${child.exitCode}`)
    await delay(20)
  }
  return {
    async end(signal) {
      child.kill(signal)
      return (await ended)[0]
    },
  }
}

describe('isokit', () => {
  it('lists a stream and downloads from it', async () => {
    const list = await shell.run(['list-stream', ...stream()])
    expect(new TextDecoder().decode(list.stdout)).toBe('Architecture  Platform  Format\nx86_64        metal     iso\n')
    const { exitCode, stdout } = await shell.run(download())
    expect({ exitCode, stdout: new TextDecoder().decode(stdout) }).toEqual({ exitCode: 0, stdout: './live.iso\n' })
    expect(new Uint8Array(await readFile(shell.path('live.iso')))).toEqual(image)
    expect(await names()).toEqual(['live.iso'])
  })

  it.each([
    { signal: 'SIGINT', exitCode: 130 },
    { signal: 'SIGKILL', exitCode: null },
  ] as const)('goes on where $signal ended a download', async ({ signal, exitCode }) => {
    const stalled = await startStalled()
    expect(await stalled.end(signal)).toBe(exitCode)
    expect(await names()).toEqual(expect.arrayContaining(['live.iso.part', 'live.iso.part.json']))

    const { stdout } = await shell.run([...download(), '--json'])
    expect(JSON.parse(new TextDecoder().decode(stdout)).files).toMatchObject([{ method: 'resumed', sha256 }])
    expect(server.requests.at(-1)?.headers.range).toBe(`bytes=${STORED}-`)
    expect(await names()).toEqual(['live.iso'])
  })

  it('lets only one of two processes download the same file', async () => {
    const first = await startStalled()
    const { exitCode, stderr } = await shell.run(download())
    await first.end('SIGKILL')
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('[IMAGE_BUSY]') })
  })
})
