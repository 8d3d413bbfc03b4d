import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { joinBytes } from '../../../src/bytes/index.ts'
import { encodeXz } from '../../../src/formats/xz/index.ts'

const run = promisify(execFile)
const library = new URL('../../../dist/node.js', import.meta.url).href

let directory: string
let image: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'isokit-xz-workers-'))
  image = join(directory, 'image.xz')
  const stream = await encodeXz(new Uint8Array(randomBytes(3_000_000)))
  await writeFile(image, joinBytes([stream, stream, stream, stream]))
})
afterAll(() => rm(directory, { recursive: true }))

const SETUP = `
  import { createReadStream } from 'node:fs'
  import { decompressImage } from ${JSON.stringify(library)}
  const counts = []
  const open = (options) => decompressImage(createReadStream(process.argv[1]), {
    workers: 2, onWorkers: (count) => counts.push(count), ...options,
  })
`

/** What a program prints; it fails when it does not end by itself. */
async function output(program: string): Promise<unknown> {
  const args = ['--input-type=module', '-e', SETUP + program, image]
  const { stdout } = await run(process.execPath, args, { timeout: 20_000 })
  return JSON.parse(stdout)
}

it('decompresses in threads, which the built library finds', async () => {
  const program = `
    let byteLength = 0
    for await (const bytes of open()) byteLength += bytes.byteLength
    console.log(JSON.stringify({ byteLength, counts }))
  `
  expect(await output(program)).toEqual({ byteLength: 12_000_000, counts: [1, 2] })
})

it.each([
  { name: 'the consumer leaves', program: 'for await (const _ of open()) break' },
  {
    name: 'the consumer never comes back',
    program: 'const image = open()[Symbol.asyncIterator](); await image.next()',
  },
  {
    name: 'an abort',
    program: `
      const controller = new AbortController()
      try { for await (const _ of open({ signal: controller.signal })) controller.abort() } catch {}
    `,
  },
  {
    name: 'an abort while no input comes',
    program: `
      const stalled = async function* () {
        for await (const bytes of createReadStream(process.argv[1], { end: 999_999 })) yield bytes
        await new Promise(() => {})
      }
      const signal = AbortSignal.timeout(500)
      try { for await (const _ of decompressImage(stalled(), { signal, onWorkers: (count) => counts.push(count) })); } catch {}
    `,
  },
  {
    name: 'damage',
    program: `
      const damaged = async function* () {
        let offset = 0
        for await (const bytes of createReadStream(process.argv[1])) {
          if (offset >= 1_000_000) bytes.fill(0)
          offset += bytes.byteLength
          yield bytes
        }
      }
      try { for await (const _ of decompressImage(damaged(), { onWorkers: (count) => counts.push(count) })); } catch {}
    `,
  },
])('leaves no thread behind after $name', async ({ program }) => {
  expect(await output(`${program}\nconsole.log(JSON.stringify(counts))`)).toContain(1)
})
