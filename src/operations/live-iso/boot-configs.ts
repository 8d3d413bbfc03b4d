import { encodeUtf8, joinBytes } from '../../bytes/index.ts'
import { encodeKargsArea, formatMetadata, MAX_KARGS_AREA_BYTE_LENGTH } from '../../coreos/index.ts'
import { ImageError } from '../../errors.ts'

/** The config of a boot loader, with room for other kernel arguments. */
export interface BootConfig {
  /** Where it lies in the image. */
  readonly path: string
  readonly bytes: Uint8Array
  /** Where the arguments start in it. */
  readonly areaOffset: number
}

/** What the configs say. */
export interface BootConfigParts {
  /** What people see while it boots; without quotes. */
  readonly title: string
  /** The default kernel arguments. */
  readonly kargs: string
}

const PADDING = { pad: '#', end: '\n' } as const

/** What an area has beyond the default arguments: a newline and 1023 characters of padding, as in published images. */
const SPARE_BYTE_LENGTH = 1024

/** Stands behind an area. Its first character makes a comment of the line, however much of the padding is left. */
const AREA_END = '# COREOS_KARG_EMBED_AREA\n'

/** GRUB's config, where GRUB in the EFI image of a vendor looks for it. */
export function grubConfig({ title, kargs }: BootConfigParts, vendor: string): BootConfig {
  const before = `set default=0
set timeout=5

function load_video {
  insmod all_video
}

load_video
set gfxpayload=keep

menuentry '${title} (Live)' --class gnu-linux --class os {
\tlinux /images/pxeboot/vmlinuz `
  const after = '\tinitrd /images/pxeboot/initrd.img /images/ignition.img\n}\n'
  return joinConfig(`EFI/${vendor}/grub.cfg`, { before, kargs, after })
}

/** ISOLINUX's config. Without the modules for a menu, it boots at once. */
export function isolinuxConfig({ title, kargs }: BootConfigParts, hasMenu: boolean): BootConfig {
  const before = `serial 0
default ${hasMenu ? 'vesamenu.c32' : 'linux'}
prompt 0
timeout 50
menu title ${title}
menu tabmsg Press Tab to edit the kernel arguments.

label linux
  menu label ^${title} (Live)
  menu default
  kernel /images/pxeboot/vmlinuz
  append initrd=/images/pxeboot/initrd.img,/images/ignition.img `
  return joinConfig('isolinux/isolinux.cfg', { before, kargs, after: '' })
}

/** `coreos/kargs.json`, which says where the configs have their areas. */
export function kargsJson(kargs: string, configs: readonly BootConfig[]): string {
  const files = configs
    .map(({ path, areaOffset }) => ({ ...PADDING, path, offset: areaOffset }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
  return formatMetadata({ default: kargs, files, size: areaByteLength(kargs) })
}

function joinConfig(
  path: string,
  { before, kargs, after }: { readonly before: string; readonly kargs: string; readonly after: string },
): BootConfig {
  const head = encodeUtf8(before)
  const area = encodeKargsArea(kargs, PADDING, areaByteLength(kargs), path)
  return { path, bytes: joinBytes([head, area, encodeUtf8(AREA_END + after)]), areaOffset: head.byteLength }
}

function areaByteLength(kargs: string): number {
  const { byteLength } = encodeUtf8(kargs)
  if (byteLength + SPARE_BYTE_LENGTH <= MAX_KARGS_AREA_BYTE_LENGTH) return byteLength + SPARE_BYTE_LENGTH
  throw new ImageError(
    'KARGS_TOO_LONG',
    `The default kernel arguments have ${byteLength} bytes, and ${MAX_KARGS_AREA_BYTE_LENGTH - SPARE_BYTE_LENGTH} leave room for others`,
    { hint: 'Shorten or remove kernel arguments' },
  )
}
