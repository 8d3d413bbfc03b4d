import type { Patch } from '../bytes/index.ts'
import type { LiveIso } from '../coreos/index.ts'
import { planKargsReset } from './plan-kargs.ts'

/**
 * Plans to undo every customization: the embed area becomes zeros, and the default kernel arguments return where the image
 * has areas for them. What stands in the areas is not read, so a damaged area is mended too.
 *
 * @throws {ImageError} `KARGS_TOO_LONG` when the image declares defaults that cannot fit.
 */
export function planReset(live: LiveIso): readonly Patch[] {
  const { offset, byteLength } = live.embedArea
  const embedPatch = { offset, bytes: new Uint8Array(byteLength), label: 'embed area' }
  return [embedPatch, ...(live.kargs ? planKargsReset(live) : [])]
}
