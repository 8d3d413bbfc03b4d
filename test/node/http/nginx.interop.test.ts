import { createHash } from 'node:crypto'
import { utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { headUrl, openUrl } from '../../../src/node/index.ts'
import { startCuttingRelay } from '../../support/cutting-relay.ts'
import { needs } from '../../support/needs.ts'
import { startNginx } from '../../support/nginx.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

beforeEach((context) => needs(context, 'nginx'))

const MIB = 1024 * 1024
const image = Uint8Array.from({ length: 8 * MIB }, (_, index) => (index * 2654435761) >>> 24)
const options = { env: {}, sleep: async () => {} }
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

it('a download over twenty connections that break has the right hash', async () => {
  await using folder = await temporaryDirectory()
  await writeFile(join(folder.path, 'image.raw'), image)
  await using nginx = await startNginx(folder.path)
  await using relay = await startCuttingRelay(nginx.url, { after: 300_000, times: 20 })
  await using file = await openUrl(`${relay.url}/image.raw`, { ...options, retries: 'infinite' })
  const hash = createHash('sha256')
  for await (const bytes of file.bytes) hash.update(bytes)
  expect(hash.digest('hex')).toBe(sha256(image))
  expect(relay.cutCount).toBe(20)
  expect(await nginx.requests()).toContain('GET /image.raw 206')
})

it('a file that is replaced meanwhile is not mixed with the old one', async () => {
  await using folder = await temporaryDirectory()
  const path = join(folder.path, 'image.raw')
  await writeFile(path, image)
  await using nginx = await startNginx(folder.path)
  await using relay = await startCuttingRelay(nginx.url, { after: 300_000, times: 1 })
  const replace = async (): Promise<void> => {
    await writeFile(path, image.toReversed())
    await utimes(path, 1, 1)
  }
  await using file = await openUrl(`${relay.url}/image.raw`, { ...options, sleep: replace })
  const reading = (async () => {
    for await (const _ of file.bytes);
  })()
  await expect(reading).rejects.toMatchObject({ code: 'REMOTE_CHANGED' })
})

it('goes on behind bytes that an earlier run had', async () => {
  await using folder = await temporaryDirectory()
  await writeFile(join(folder.path, 'image.raw'), image)
  await using nginx = await startNginx(folder.path)
  await using whole = await openUrl(`${nginx.url}/image.raw`, options)
  for (const offset of [1, image.byteLength - 1, image.byteLength]) {
    await using rest = await openUrl(`${nginx.url}/image.raw`, { ...options, from: { offset, version: whole.version } })
    const hash = createHash('sha256')
    for await (const bytes of rest.bytes) hash.update(bytes)
    expect(hash.digest('hex')).toBe(sha256(image.subarray(offset)))
  }
  expect(await headUrl(`${nginx.url}/image.raw`, options)).toMatchObject({ byteLength: image.byteLength })
})
