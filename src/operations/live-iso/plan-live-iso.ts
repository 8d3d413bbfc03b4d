import type { Source } from '../../bytes/index.ts'
import {
  editKargs,
  IGNITION_KARGS,
  kargName,
  LIVE_ISO_KARG,
  MAX_EMBED_AREA_BYTE_LENGTH,
  ROOTFS_URL_KARG,
  reviewKargsEdit,
  splitKargs,
} from '../../coreos/index.ts'
import { UsageError } from '../../errors.ts'
import {
  BOOT_CODE_NAME,
  type CheckLiveIsoPartsOptions,
  checkLiveIsoParts,
  type LiveIsoParts,
} from './check-live-iso-parts.ts'
import { layOutLiveIso } from './lay-out-live-iso.ts'
import { reviewEfiImage } from './review-efi-image.ts'

/** Options of {@link planLiveIso}. */
export interface PlanLiveIsoOptions extends CheckLiveIsoPartsOptions {
  /**
   * The label by which the live system finds its medium, of letters, digits, dots, dashes and underscores; `coreos-` and the
   * version unless given. It is cut to 32 characters, and the volume set id has up to 128 of it.
   */
  readonly volumeId?: string | undefined
  /** Default kernel arguments, in front of those that every live ISO needs. */
  readonly kargs?: readonly string[] | undefined
  /** The directory in `EFI/` where GRUB in the EFI image looks for its config; `fedora` unless given. */
  readonly vendor?: string | undefined
  /** Bytes of the embed area: 4096 to 64 MiB, 262144 unless given. */
  readonly embedAreaByteLength?: number | undefined
}

/** A live ISO that can be read, and so be written. */
export interface LiveIsoPlan {
  /** The image, as long as the parts are open. The same parts and options give the same bytes. */
  readonly image: Source
  readonly volumeId: string
  /** The build, as the initramfs says. */
  readonly version: string
  readonly architecture: string
  /** Which firmware boots it. */
  readonly platforms: readonly ('bios' | 'efi')[]
  /** The default kernel arguments; `undefined` when no boot loader is there to pass them on. */
  readonly kargs: string | undefined
  /** What may not be meant, in sentences. */
  readonly notices: readonly string[]
}

/** What an embed area has in published images. */
export const DEFAULT_EMBED_AREA_BYTE_LENGTH = 262_144

/** The smallest embed area that is of use. */
export const MIN_EMBED_AREA_BYTE_LENGTH = 4096

/** The vendor whose images there are most of. */
export const DEFAULT_VENDOR = 'fedora'

const MAX_VOLUME_ID_LENGTH = 32
/** What a volume set id has room for. */
const MAX_NAME_LENGTH = 128

/** What the image decides itself. */
const OWN_KARGS: ReadonlySet<string> = new Set([LIVE_ISO_KARG, ROOTFS_URL_KARG, ...IGNITION_KARGS.map(kargName)])

/**
 * Plans a CoreOS live ISO from what boots over the network, and checks that first: the image has the layout of published ones
 * since 2023, without what it takes to extract a minimal ISO. Nothing is copied; the parts are read when the image is.
 *
 * Without boot loaders the image holds everything and boots nothing. With an EFI image it is a disk, too.
 *
 * @throws {ImageError} `LIVE_PARTS_INVALID`, `ALREADY_EMBEDDED` for an initramfs with customizations, `KARGS_TOO_LONG`.
 * @throws {FormatError} `NOT_A_LIVE_INITRAMFS`, and what reading a damaged initrd throws.
 * @throws {UsageError} `KARG_INVALID`; `ISO_INPUT_INVALID` for options that can't be.
 */
export async function planLiveIso(parts: LiveIsoParts, options: PlanLiveIsoOptions): Promise<LiveIsoPlan> {
  const { vendor = DEFAULT_VENDOR, kargs: extraKargs = [], signal } = options
  const embedAreaByteLength = options.embedAreaByteLength ?? DEFAULT_EMBED_AREA_BYTE_LENGTH
  const platforms = platformsOf(parts)
  checkName('vendor', vendor)
  if (options.volumeId !== undefined) checkName('volume id', options.volumeId)
  checkEmbedArea(embedAreaByteLength)
  checkKargs(extraKargs, platforms)

  const { architecture, initramfs } = await checkLiveIsoParts(parts, options)
  const { version, featuresJson } = initramfs
  const volumeSetId = options.volumeId ?? `coreos-${version}`
  checkName('volume id', volumeSetId)
  const volumeId = volumeSetId.slice(0, MAX_VOLUME_ID_LENGTH)
  const kargs = editKargs('', { append: [...extraKargs, `${LIVE_ISO_KARG}=${volumeId}`, ...IGNITION_KARGS] })
  const layout = { parts, volumeSetId, volumeId, vendor, kargs, featuresJson, embedAreaByteLength, signal }
  return {
    image: await layOutLiveIso(layout),
    volumeId,
    version,
    architecture,
    platforms,
    kargs: platforms.length > 0 ? kargs : undefined,
    notices: [
      ...(platforms.length > 0 ? [] : ['No boot loader was given, so the image does not boot by itself']),
      ...(hasUselessBootCode(parts)
        ? [`${BOOT_CODE_NAME} is left out: without an EFI image, the image is no disk`]
        : []),
      ...reviewKargsEdit('', { append: extraKargs }, { isGrub: platforms.includes('efi') }),
      ...(parts.efiImage ? await reviewEfiImage(parts.efiImage, { volumeId, vendor }, { signal }) : []),
    ],
  }
}

function platformsOf({ isolinux, efiImage }: LiveIsoParts): readonly ('bios' | 'efi')[] {
  return [...(isolinux ? (['bios'] as const) : []), ...(efiImage ? (['efi'] as const) : [])]
}

function hasUselessBootCode({ isolinux = [], efiImage }: LiveIsoParts): boolean {
  return efiImage === undefined && isolinux.some(({ name }) => name === BOOT_CODE_NAME)
}

/** A name becomes part of kernel arguments, of boot configs in two languages, and of a path in `/dev/disk/by-label`. */
function checkName(what: string, name: string): void {
  if (name.length <= MAX_NAME_LENGTH && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) return
  throw new UsageError(
    'ISO_INPUT_INVALID',
    `Cannot use the ${what} ${JSON.stringify(name)}: it takes 1 to ${MAX_NAME_LENGTH} letters, digits, dots, dashes and underscores, with a letter or digit first`,
    { hint: `Give another ${what}` },
  )
}

function checkEmbedArea(byteLength: number): void {
  const isPossible = byteLength >= MIN_EMBED_AREA_BYTE_LENGTH && byteLength <= MAX_EMBED_AREA_BYTE_LENGTH
  if (Number.isInteger(byteLength) && isPossible) return
  throw new UsageError(
    'ISO_INPUT_INVALID',
    `An embed area of ${byteLength} bytes is not possible: it takes ${MIN_EMBED_AREA_BYTE_LENGTH} to ${MAX_EMBED_AREA_BYTE_LENGTH}`,
  )
}

function checkKargs(kargs: readonly string[], platforms: LiveIsoPlan['platforms']): void {
  if (kargs.length > 0 && platforms.length === 0) {
    throw new UsageError('KARG_INVALID', 'Cannot use kernel arguments without a boot loader: nothing would read them', {
      hint: 'Give an EFI image or the files of ISOLINUX',
    })
  }
  const own = kargs.flatMap(splitKargs).find((word) => OWN_KARGS.has(kargName(word)))
  if (own === undefined) return
  throw new UsageError('KARG_INVALID', `Cannot use ${own}: the image decides about that argument itself`, {
    hint: 'Leave it out, or edit the finished image',
  })
}
