import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'vitest'

const CHECKOUT: string = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Says what a test needs from the machine: `beforeEach((context) => needs(context, 'xorriso', 'root'))`, or as the first
 * line of a test. Each need is a program (`xorriso`), a permission (`root`), an operating system (`linux`), or a file or
 * folder, relative to the checkout (`../shared/fixtures`, `/dev/loop-control`).
 *
 * Where one is missing the test is skipped and says so: `skipped: needs xorriso`. With `CI=true` it fails instead, so
 * that a machine that lacks something can't look green.
 */
export function needs(context: Pick<TestContext, 'skip'>, ...wanted: readonly string[]): void {
  const missing = wanted.filter((need) => !isThere(need))
  if (missing.length === 0) return
  const reason = `skipped: needs ${missing.join(', ')}`
  if (process.env['CI'] === 'true') throw new Error(`${reason}, and with CI=true nothing may be skipped`)
  context.skip(reason)
}

function isThere(need: string): boolean {
  if (need === 'root') return process.getuid?.() === 0
  if (need === 'linux') return process.platform === 'linux'
  if (need.includes('/')) return existsSync(join(need.startsWith('/') ? '' : CHECKOUT, need))
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => isExecutable(join(folder, need)))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
