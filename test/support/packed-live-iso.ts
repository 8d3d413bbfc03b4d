import { overlay, type Source } from '../../src/bytes/index.ts'
import { readIso9660 } from '../../src/formats/iso9660/index.ts'
import { planMinimalIsoPacking } from '../../src/operations/index.ts'
import { type BuildLiveIsoOptions, buildLiveIso } from './live-iso-builder.ts'

/** A demo live ISO as a build publishes it, and the minimal image that went into it. */
export interface PackedLiveIso {
  readonly full: Source
  readonly minimal: Source
}

/** Builds a demo live ISO, of 2022 or later, from which a minimal one can be extracted. */
export async function buildPackedLiveIso(options: BuildLiveIsoOptions = {}): Promise<PackedLiveIso> {
  const [full, minimal] = await Promise.all([buildLiveIso(options), buildLiveIso({ ...options, isMinimal: true })])
  const images = [await readIso9660(full), await readIso9660(minimal)] as const
  const { patches } = await planMinimalIsoPacking(...images, { appVersion: 'demo' })
  return { full: overlay(full, patches), minimal }
}
