/**
 * Writes testdata/index.json: what each golden file is, uncompressed, and which files a reader has to find in it.
 *
 * Called by make-all.sh with the folder where the images' makers left their manifests (`NAME.files`, as sha256sum prints).
 */
import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

const TESTDATA: URL = new URL('../../testdata/', import.meta.url)
const [manifests] = process.argv.slice(2)
if (manifests === undefined) throw new Error('Give the folder with the manifests')

const index: Record<string, unknown> = {}
for (const fileName of (await readdir(TESTDATA)).sort()) {
  if (!/\.(gz|img)$/.test(fileName)) continue
  const stored = await readFile(new URL(fileName, TESTDATA))
  const bytes = fileName.endsWith('.gz') ? gunzipSync(stored) : stored
  const name = fileName.replace(/\.gz$/, '')
  index[name] = {
    file: fileName,
    byteLength: bytes.byteLength,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    ...(await readManifest(join(manifests, `${name}.files`))),
  }
}
await writeFile(new URL('index.json', TESTDATA), `${JSON.stringify(index, null, 2)}\n`)

/** Paths and their digests; nothing for files that are damaged on purpose. */
async function readManifest(path: string): Promise<{ files?: Record<string, string> }> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return {}
  const lines = text.split('\n').filter((line) => line !== '')
  return { files: Object.fromEntries(lines.map((line) => [line.slice(66), line.slice(0, 64)])) }
}
