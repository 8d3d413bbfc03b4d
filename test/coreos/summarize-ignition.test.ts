import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { encodeUtf8 } from '../../src/bytes/index.ts'
import { summarizeIgnition } from '../../src/coreos/index.ts'
import { nodeCodecs as codecs } from '../../src/node/index.ts'

it.each([
  { source: 'data:,a%20b', text: 'a b' },
  { source: 'data:;base64,YSBi', text: 'a b' },
  { source: 'data:,a b', text: undefined },
  { source: 'data:;base64,YSBi\n', text: undefined },
  { source: 'data:;base64,YSA', text: undefined },
  { source: 'DATA:,a', text: undefined },
  { source: 'https://example.com/', text: undefined },
])('shows $text for an installer config at $source, as the target would read it', async ({ source, text }) => {
  const path = '/etc/coreos/installer.d/a.yaml'
  const config = { ignition: { version: '3.3.0' }, storage: { files: [{ path, contents: { source } }] } }
  const summary = await summarizeIgnition(encodeUtf8(JSON.stringify(config)), { codecs })
  expect(summary.installerConfigs).toEqual([{ path, text }])
})

it.each([
  { name: 'gzip', compression: 'gzip', byteLength: 1000, isShown: true },
  { name: 'no gzip in spite of its name', compression: 'gzip', byteLength: 0, isShown: false },
  { name: 'what is too much', compression: 'gzip', byteLength: 16 * 1024 * 1024 + 1, isShown: false },
  { name: 'another compression', compression: 'xz', byteLength: 1000, isShown: false },
])('decompresses $name', async ({ compression, byteLength, isShown }) => {
  const packed = byteLength === 0 ? encodeUtf8('a: b') : gzipSync(new Uint8Array(byteLength).fill(35))
  const contents = { source: `data:;base64,${Buffer.from(packed).toString('base64')}`, compression }
  const config = { storage: { files: [{ path: '/etc/coreos/installer.d/a.yaml', contents }] } }
  const { installerConfigs } = await summarizeIgnition(encodeUtf8(JSON.stringify(config)), { codecs })
  expect(installerConfigs[0]?.text?.length).toBe(isShown ? byteLength : undefined)
})

it('counts what Ignition finds wrong, in inline configs as well', async () => {
  const inner = { ignition: { version: '3.3.0' }, storage: { files: [{ path: 'a' }, { path: 'b' }] } }
  const source = `data:,${encodeURIComponent(JSON.stringify(inner))}`
  const config = { ignition: { version: '3.3.0', config: { merge: [{ source }] } }, unknown: 1 }
  expect(await summarizeIgnition(encodeUtf8(JSON.stringify(config)), { codecs })).toMatchObject({
    errorCount: 0,
    warningCount: 1,
    inlineConfigs: [{ errorCount: 2, warningCount: 0 }],
  })
  expect(await summarizeIgnition(encodeUtf8('{'), { codecs })).toMatchObject({ version: undefined, errorCount: 1 })
})
