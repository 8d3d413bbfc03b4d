import type { GzipEncoder, LiveInitramfs } from '../../coreos/index.ts'
import { ImageError } from '../../errors.ts'
import { encodeInitrd } from '../../formats/initrd/index.ts'
import { equalFiles } from '../equal-files.ts'
import type { EmbedOptions } from '../plan-embed.ts'
import type { Customization, CustomizationChecks } from './customization.ts'
import { type CustomizationPlan, planCustomization } from './plan-customization.ts'

/** Options of {@link planPxeCustomization}. */
export interface PxeCustomizationOptions extends EmbedOptions {
  readonly gzip: GzipEncoder
  /** How closely the customization is looked at; `all` unless given. */
  readonly checks?: CustomizationChecks | undefined
  /** The kernel arguments of the boot configuration, if they are known: then those that are missing are an error. */
  readonly kargs?: string | undefined
}

/** What to write behind an initramfs. */
export interface PxeCustomizationPlan extends CustomizationPlan {
  /** How much of the initramfs stays: all of it, or all but an earlier customization. */
  readonly baseByteLength: number
  /** What follows: one archive, of no members when nothing is asked for. */
  readonly archive: Uint8Array
}

/**
 * Plans to customize a live initramfs for booting over the network. Its bytes stay; an archive follows them.
 *
 * @throws {ImageError} `ALREADY_EMBEDDED` (says `already customized`) unless `force` is set or the customization is the very
 *   same, and when an earlier customization can't be told from the initramfs itself; and what `planCustomization` throws.
 */
export async function planPxeCustomization(
  initramfs: LiveInitramfs,
  customization: Customization,
  options: PxeCustomizationOptions,
): Promise<PxeCustomizationPlan> {
  const { force = false, refuseRepeat = false, kargs } = options
  const { name, features, customizations: present } = initramfs
  const plan = await planCustomization(customization, { name, features, kargs, isIso: false }, options)
  const isCustomized = present.length > 0
  if (isCustomized && !force && (refuseRepeat || !equalFiles(present, plan.files))) {
    throw new ImageError('ALREADY_EMBEDDED', `${name} is already customized`, {
      hint: 'Use --force to replace what is there, or the initramfs as it was published',
    })
  }
  if (isCustomized) checkSeparable(initramfs)
  return {
    ...plan,
    baseByteLength: isCustomized ? initramfs.baseByteLength : initramfs.byteLength,
    archive: await encodeInitrd(plan.files, options),
  }
}

/**
 * How many bytes of an initramfs are as they were published; what follows are customizations.
 *
 * @throws {ImageError} `ALREADY_EMBEDDED` when customizations stand among other files.
 */
export function planPxeReset(initramfs: LiveInitramfs): { readonly baseByteLength: number } {
  checkSeparable(initramfs)
  return { baseByteLength: initramfs.baseByteLength }
}

function checkSeparable({ name, isSeparable }: LiveInitramfs): void {
  if (isSeparable) return
  throw new ImageError(
    'ALREADY_EMBEDDED',
    `${name} is already customized, in an archive that holds other files as well, so the customization can not be taken off`,
    { hint: 'Use the initramfs as it was published' },
  )
}
