import type { IgnitionPath } from '../model/path.ts'
import type { Integer } from '../model/types.ts'
import type { SpecVersion } from '../model/versions.ts'

/**
 * What an upgrade does to a config, or what the later version makes of it.
 *
 * - `mode-bits-cleared`: special bits of a mode that had no effect are removed, since they would have one now.
 * - `advertisement-takes-effect`: a tang advertisement is kept. Ignition loses it where it upgrades such a config itself.
 * - `source-missing`, `link-target-missing`, `clevis-custom-incomplete`: the earlier version lets this pass, the later one
 *   refuses it. It fails at boot with either, and the upgrade leaves it alone.
 */
export type UpgradeChangeKind =
  | 'mode-bits-cleared'
  | 'advertisement-takes-effect'
  | 'source-missing'
  | 'link-target-missing'
  | 'clevis-custom-incomplete'

/** One thing that changed, or that means something else in the later version. */
export interface UpgradeChange {
  readonly kind: UpgradeChangeKind
  /** In both the old and the new config. */
  readonly path: IgnitionPath
  /** The version that brings the change. */
  readonly since: SpecVersion
  /** The value before and after, where it is another one. */
  readonly values?: { readonly before: Integer; readonly after: Integer }
  /** What happened, as a clause that shows no secrets. */
  readonly message: string
  /** Whether the config has to be mended before the later version takes it. */
  readonly isRefused: boolean
}
