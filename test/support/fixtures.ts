import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TestContext } from 'vitest'
import { needs } from './needs.ts'

/** Images and cases that real programs made; they lie beside the checkout and are no part of the project. */
const FIXTURES_DIRECTORY: URL = new URL('../../../shared/fixtures/', import.meta.url)

/** More than any fixture has, so that a damaged one can't fill the memory. */
const MAX_FIXTURE_BYTE_LENGTH = 64 * 1024 * 1024

/**
 * The bytes of a fixture, as `readFixture(context, 'iso/synthetic.iso.xz')`; `.xz` files come decompressed by the `xz`
 * program. The test is skipped, and says why, where the fixtures or the program are missing.
 */
export async function readFixture(context: TestContext, path: string): Promise<Uint8Array> {
  const file = fileURLToPath(new URL(path, FIXTURES_DIRECTORY))
  needs(context, '../shared/fixtures')
  if (!path.endsWith('.xz')) return new Uint8Array(await readFile(file))
  needs(context, 'xz')
  const options = { encoding: 'buffer', maxBuffer: MAX_FIXTURE_BYTE_LENGTH } as const
  const { stdout } = await promisify(execFile)('xz', ['--decompress', '--stdout', file], options)
  return new Uint8Array(stdout)
}
