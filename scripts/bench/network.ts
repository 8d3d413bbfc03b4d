import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { copyMetalImage } from '../../test/support/metal-image.ts'
import { type BenchInputs, fillWithRandomBytes } from './inputs.ts'
import { timeInTurn, type Variant } from './measure.ts'
import { type Row, ratioRow } from './report.ts'

const MIB = 2 ** 20
const IMAGE_BYTE_LENGTH = 512 * MIB
/** The last sectors, where the second partition table belongs. */
const TABLE_BYTE_LENGTH = MIB

const DROPS = 20
/** After a connection that brought something, the next one waits for a second. */
const PAUSE_MS = 1000

/** The built command line of this checkout. */
const ISOKIT: string = join(import.meta.dirname, '../../dist/bin/isokit.js')
const SERVER: string = join(import.meta.dirname, 'dropping-server.ts')

/**
 * An install of 512 MiB from a server that drops the connection twenty times, against the same without, both with the
 * image's checksum: a wrong byte would fail. The pauses before each new connection don't count.
 */
export async function compareNetwork({ directory }: BenchInputs): Promise<readonly Row[]> {
  const image = await createImage(join(directory, 'metal.raw'))
  const hash = createHash('sha256')
  for await (const bytes of createReadStream(image, { highWaterMark: MIB })) hash.update(bytes)
  const checksum = `sha256:${hash.digest('hex')}`
  await using dropping = await serve(image, DROPS)
  await using sound = await serve(image, 0)
  const target = join(directory, 'installed.raw')
  const install = (name: string, url: string): Variant => ({
    name,
    command: [process.execPath, ISOKIT, 'install', '--to-file', target, '--image-url', url, '--checksum', checksum],
    prepare: () => rmSync(target, { force: true }),
  })
  const [broken, whole] = timeInTurn([install('dropped', dropping.url), install('without', sound.url)], 1, {
    warmUp: false,
  })
  rmSync(target, { force: true })
  if (!broken || !whole) return []
  const pausesMs = DROPS * PAUSE_MS
  const timing = { ...broken, medianMs: broken.medianMs - pausesMs, minMs: broken.minMs - pausesMs }
  return [ratioRow(`install, ${DROPS} connections dropped`, timing, whole, 1.5)]
}

async function createImage(path: string): Promise<string> {
  await copyMetalImage(path)
  fillWithRandomBytes(path, IMAGE_BYTE_LENGTH - TABLE_BYTE_LENGTH)
  truncateSync(path, IMAGE_BYTE_LENGTH)
  execFileSync('sgdisk', ['--move-second-header', path], { stdio: 'ignore' })
  return path
}

async function serve(path: string, drops: number): Promise<AsyncDisposable & { readonly url: string }> {
  const server = spawn(process.execPath, [SERVER, path, String(drops)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(server.stdout, 'data')) as [Buffer]
  return {
    url: `${line.toString().trim()}/metal.raw`,
    async [Symbol.asyncDispose]() {
      server.kill()
      await once(server, 'exit')
    },
  }
}
