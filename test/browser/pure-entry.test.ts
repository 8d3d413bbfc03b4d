import { openAsBlob } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildResult, build, type Plugin } from 'esbuild'
import { chromium } from 'playwright-core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { needs } from '../support/needs.ts'
import { saveLiveIso } from '../support/save-live-iso.ts'
import { editImage } from './edit-image.ts'

const PURE_ENTRY = fileURLToPath(new URL('../../dist/index.js', import.meta.url))
const CONFIG = '{"ignition":{"version":"3.4.0"}}'

/** Chromium otherwise looks for hosts of its own at each start. */
const QUIET_LAUNCH = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

let directory: string
beforeEach(async (context) => {
  needs(context, '/usr/bin/chromium', 'dist/index.js')
  directory = await mkdtemp(join(tmpdir(), 'isokit-browser-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

it('edits an image in a browser to the same bytes as in Node', async () => {
  const image = join(directory, 'live.iso')
  await saveLiveIso(image)
  const { outputFiles } = await bundleForBrowser()

  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: QUIET_LAUNCH })
  try {
    const page = await browser.newPage()
    // An address on this machine that nobody serves: the page is answered from here, and has what secure pages have.
    await page.route('http://localhost/**', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<input type="file">' }),
    )
    await page.goto('http://localhost/')
    await page.addScriptTag({ content: outputFiles?.[0]?.text ?? '' })
    await page.setInputFiles('input', image)
    const inBrowser = await page.evaluate(async (config) => {
      const file = document.querySelector('input')?.files?.[0]
      const edit = Reflect.get(globalThis, 'isokitTest').editImage
      return edit(file, config)
    }, CONFIG)

    expect(inBrowser).toBe(await editImage(await openAsBlob(image), CONFIG))
  } finally {
    await browser.close()
  }
})

it('has a pure entry that brings all it needs and nothing of Node', async () => {
  const { metafile } = await bundleForBrowser()
  const imports = Object.values(metafile?.outputs ?? {}).flatMap((output) => output.imports)
  expect(imports).toEqual([])
  expect(Object.keys(metafile?.inputs ?? {})).toContain('dist/index.js')
})

/** Bundles `editImage` over the built entry, as an application's bundler would; a Node module in it is an error. */
function bundleForBrowser(): Promise<BuildResult> {
  const useBuiltEntry: Plugin = {
    name: 'use the built entry',
    setup({ onResolve }) {
      onResolve({ filter: /src\/index\.ts$/ }, () => ({ path: PURE_ENTRY }))
    },
  }
  return build({
    entryPoints: [fileURLToPath(new URL('edit-image.ts', import.meta.url))],
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'isokitTest',
    metafile: true,
    write: false,
    absWorkingDir: fileURLToPath(new URL('../../', import.meta.url)),
    plugins: [useBuiltEntry],
  })
}
