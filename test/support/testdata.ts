import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'

const TESTDATA: URL = new URL('../../testdata/', import.meta.url)

/** What testdata/index.json says about a golden image. */
export interface GoldenImage {
  /** Its name in testdata/, where some are compressed. */
  readonly file: string
  readonly byteLength: number
  readonly sha256: string
  /** The files that it holds, by path, with their SHA-256; absent for images that are damaged on purpose. */
  readonly files?: Readonly<Record<string, string>>
}

/** All golden images by name: `xorriso-live.iso`. Initrds end in `.img`. */
export const goldenImages: Readonly<Record<string, GoldenImage>> = JSON.parse(
  readFileSync(new URL('index.json', TESTDATA), 'utf8'),
)

/** The bytes of a golden image, decompressed; throws when they are not what the index says. */
export async function readGoldenImage(name: string): Promise<Uint8Array> {
  const image = goldenImages[name]
  if (!image) throw new Error(`testdata/index.json has no ${name}`)
  const stored = await readFile(new URL(image.file, TESTDATA))
  const bytes = new Uint8Array(image.file.endsWith('.gz') ? gunzipSync(stored) : stored)
  if (sha256(bytes) !== image.sha256) throw new Error(`testdata/${image.file} is not the file that the index names`)
  return bytes
}

/** The digest as the index writes it. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
