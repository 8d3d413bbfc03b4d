import { openAsBlob } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { SPEC_VERSIONS } from '../../src/index.ts'
import { ignitionMutants } from '../support/ignition-fuzz/mutants.ts'
import { needs } from '../support/needs.ts'
import { saveLiveIso } from '../support/save-live-iso.ts'
import { BROWSER_NEEDS, bundleForBrowser, withPage } from './chromium.ts'
import { editImage } from './edit-image.ts'
import { reviewConfigs } from './review-configs.ts'

const CONFIG = '{"ignition":{"version":"3.4.0"}}'
const CONFIGS_PER_VERSION = 60

let directory: string
beforeEach(async (context) => {
  needs(context, ...BROWSER_NEEDS)
  directory = await mkdtemp(join(tmpdir(), 'isokit-browser-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

it('edits an image in a browser to the same bytes as in Node', async () => {
  const image = join(directory, 'live.iso')
  await saveLiveIso(image)
  const inBrowser = await withPage('edit-image.ts', async (page) => {
    await page.setInputFiles('input', image)
    return page.evaluate(async (config) => {
      const file = document.querySelector('input')?.files?.[0]
      const edit = Reflect.get(globalThis, 'isokitTest').editImage
      return edit(file, config)
    }, CONFIG)
  })
  expect(inBrowser).toBe(await editImage(await openAsBlob(image), CONFIG))
})

it('finds the same in configs in a browser as in Node', async () => {
  const configs = SPEC_VERSIONS.flatMap((version, index) =>
    fc
      .sample(ignitionMutants(version), { numRuns: CONFIGS_PER_VERSION, seed: index })
      .map(({ bytes }) => Buffer.from(bytes).toString('base64')),
  )
  const inBrowser = await withPage('review-configs.ts', (page) =>
    page.evaluate((configs) => Reflect.get(globalThis, 'isokitTest').reviewConfigs(configs), configs),
  )
  const inNode = reviewConfigs(configs)
  expect(inBrowser).toEqual(inNode)
  expect(new Set(inNode.flatMap((findings) => findings.map(({ kind }) => kind))).size).toBeGreaterThan(50)
})

it.each(['edit-image.ts', 'review-configs.ts'])(
  'has a pure entry that brings all that %s needs and nothing of Node',
  async (module) => {
    const { metafile } = await bundleForBrowser(module)
    const imports = Object.values(metafile?.outputs ?? {}).flatMap((output) => output.imports)
    expect(imports).toEqual([])
    expect(Object.keys(metafile?.inputs ?? {})).toContain('dist/index.js')
  },
)
