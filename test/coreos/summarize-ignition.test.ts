import { expect, it } from 'vitest'
import { encodeUtf8 } from '../../src/bytes/index.ts'
import { summarizeIgnition } from '../../src/coreos/index.ts'
import { portableCodecs as codecs } from '../../src/formats/initrd/index.ts'

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
