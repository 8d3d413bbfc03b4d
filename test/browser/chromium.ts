import { fileURLToPath } from 'node:url'
import { type BuildResult, build, type Plugin } from 'esbuild'
import { chromium, type Page } from 'playwright-core'

const PURE_ENTRY = fileURLToPath(new URL('../../dist/index.js', import.meta.url))

/** What tests in a browser need: `needs(context, ...BROWSER_NEEDS)`. */
export const BROWSER_NEEDS: readonly string[] = ['/usr/bin/chromium', 'dist/index.js']

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

/** Opens a page that has a file input and, as `isokitTest`, what a module of this folder exports. */
export async function withPage<T>(module: string, use: (page: Page) => Promise<T>): Promise<T> {
  const { outputFiles } = await bundleForBrowser(module)
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: QUIET_LAUNCH })
  try {
    const page = await browser.newPage()
    // An address on this machine that nobody serves: the page is answered from here, and has what secure pages have.
    await page.route('http://localhost/**', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<input type="file">' }),
    )
    await page.goto('http://localhost/')
    await page.addScriptTag({ content: outputFiles?.[0]?.text ?? '' })
    return await use(page)
  } finally {
    await browser.close()
  }
}

/** Bundles a module over the built entry, as an application's bundler would; a Node module in it is an error. */
export function bundleForBrowser(module: string): Promise<BuildResult> {
  const useBuiltEntry: Plugin = {
    name: 'use the built entry',
    setup({ onResolve }) {
      onResolve({ filter: /src\/index\.ts$/ }, () => ({ path: PURE_ENTRY }))
    },
  }
  return build({
    entryPoints: [fileURLToPath(new URL(module, import.meta.url))],
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
