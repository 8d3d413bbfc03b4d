import { expect, it } from 'vitest'
import { type Fault, serveFile } from '../support/faulty-server.ts'
import { startHttpServer } from '../support/http-server.ts'
import { runMain } from '../support/run-main.ts'

const file = { disk: { location: 'https://example.com/image' } }
const formats = { formats: { 'raw.xz': file, '4k.raw.xz': file, pxe: { kernel: file.disk, rootfs: file.disk } } }
const metadata = {
  architectures: {
    x86_64: { artifacts: { metal: formats, 'a\u001bb\nc': { formats: { iso: file } } } },
    s390x: { artifacts: { qemu: { formats: { iso: file } } } },
  },
}

async function listStream(argv: readonly string[], faults: readonly Fault[] = []): ReturnType<typeof runMain> {
  await using server = await startHttpServer((request, response) => {
    if (request.url === '/streams/testing.json') serve(request, response)
    else response.writeHead(404).end()
  })
  const serve = serveFile({ bytes: new TextEncoder().encode(JSON.stringify(metadata)) }, faults)
  return await runMain(['list-stream', '--stream-base-url', `${server.url}/streams`, ...argv])
}

it('prints a table, sorted, each image once', async () => {
  expect(await listStream(['-s', 'testing'])).toEqual({
    exitCode: 0,
    stdout: [
      'Architecture  Platform   Format',
      's390x         qemu       iso',
      'x86_64        a\\x1bb\\nc  iso',
      'x86_64        metal      4k.raw.xz',
      'x86_64        metal      pxe',
      'x86_64        metal      raw.xz',
      '',
    ].join('\n'),
    stderr: '',
  })
})

it('prints JSON', async () => {
  const { stdout } = await listStream(['-s', 'testing', '--json'])
  expect(JSON.parse(stdout)[0]).toEqual({ architecture: 's390x', platform: 'qemu', format: 'iso' })
})

it('says which stream is not there', async () => {
  const { exitCode, stderr } = await listStream([])
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/streams\/stable\.json.*404.*\[HTTP_STATUS\]/)
})

it('tells of a retry before it waits', async () => {
  const { exitCode, stderr } = await listStream(['-s', 'testing', '--fetch-retries', '1'], [{ status: 503 }])
  expect(exitCode).toBe(0)
  expect(stderr).toMatch(/status 503; trying again in 1 s/)
})

it.each(['-1', 'many', '4294967296'])('takes no --fetch-retries=%s', async (text) => {
  expect((await runMain(['list-stream', `--fetch-retries=${text}`])).exitCode).toBe(2)
})
