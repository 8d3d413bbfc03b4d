import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'vitest'

/** Images and cases that real programs made; they lie beside the checkout and are no part of the project. */
const FIXTURES_DIRECTORY: URL = new URL('../../../shared/fixtures/', import.meta.url)

/** More than any fixture has, so that a damaged one can't fill the memory. */
const MAX_FIXTURE_BYTE_LENGTH = 64 * 1024 * 1024

/**
 * The bytes of a fixture, as `readFixture(context, 'iso/synthetic.iso.xz')`; `.xz` files come decompressed by the `xz`
 * program. The test is skipped, and says why, where the fixtures or the program are missing.
 */
export async function readFixture(context: TestContext, path: string): Promise<Uint8Array> {
  if (!existsSync(FIXTURES_DIRECTORY)) context.skip('skipped: needs ../shared/fixtures')
  const file = fileURLToPath(new URL(path, FIXTURES_DIRECTORY))
  if (!path.endsWith('.xz')) return new Uint8Array(await readFile(file))
  return (await decompressWithXz(file)) ?? context.skip('skipped: needs xz')
}

function decompressWithXz(file: string): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const options = { encoding: 'buffer', maxBuffer: MAX_FIXTURE_BYTE_LENGTH } as const
    execFile('xz', ['--decompress', '--stdout', file], options, (error, stdout) => {
      if (!error) resolve(new Uint8Array(stdout))
      else if (error.code === 'ENOENT') resolve(undefined)
      else reject(error)
    })
  })
}
