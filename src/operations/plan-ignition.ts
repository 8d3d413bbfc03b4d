import { equalBytes, type Patch } from '../bytes/index.ts'
import { IGNITION_CONFIG_PATH, ignitionConfigOf, type LiveIso } from '../coreos/index.ts'
import { ImageError } from '../errors.ts'
import { type EmbedOptions, planEmbedArea } from './plan-embed.ts'
import { type CodecOptions, readCustomizations } from './read-customizations.ts'

/**
 * Plans to embed an Ignition config; network settings stay. The bytes are embedded as they are: use `checkIgnitionConfig`
 * before.
 *
 * @returns no patches when the image carries this config already.
 * @throws {ImageError} `ALREADY_EMBEDDED` when it carries another and `force` is not set; `AREA_TOO_SMALL`.
 * @throws {FormatError} `NOT_A_LIVE_ISO` when the embed area is damaged.
 */
export async function planIgnition(
  live: LiveIso,
  config: Uint8Array,
  options: EmbedOptions,
): Promise<readonly Patch[]> {
  const { files } = await readCustomizations(live, options)
  const present = ignitionConfigOf(files)
  if (present && !options.force) {
    if (equalBytes(present, config) && !options.refuseRepeat) return []
    throw new ImageError('ALREADY_EMBEDDED', `${live.name} already has an embedded Ignition config`, {
      hint: 'Use --force to replace it',
    })
  }
  const others = files.filter((file) => file.path !== IGNITION_CONFIG_PATH)
  return planEmbedArea(live, [...others, { path: IGNITION_CONFIG_PATH, bytes: config }], options)
}

/**
 * Plans to remove the Ignition config; network settings stay.
 *
 * @returns no patches when there is none.
 */
export async function planIgnitionRemoval(live: LiveIso, options: CodecOptions): Promise<readonly Patch[]> {
  const { files } = await readCustomizations(live, options)
  const others = files.filter((file) => file.path !== IGNITION_CONFIG_PATH)
  return others.length === files.length && files.length > 0 ? [] : planEmbedArea(live, others, options)
}

/**
 * The embedded Ignition config, byte for byte.
 *
 * @throws {ImageError} `NOTHING_EMBEDDED`
 */
export async function readIgnition(live: LiveIso, options: CodecOptions): Promise<Uint8Array> {
  const config = ignitionConfigOf((await readCustomizations(live, options)).files)
  if (config) return config
  throw new ImageError('NOTHING_EMBEDDED', `No embedded Ignition config in ${live.name}`)
}
