import { encodeUtf8 } from '../../../src/bytes/index.ts'

/** Padding characters of an argument area in a text config; one more belongs to the comment that follows. */
const PADDING_LENGTH = 1023

/** What the configs say behind an argument area; its `#` makes a comment of the padding, however much is left of it. */
const AREA_END = '# COREOS_KARG_EMBED_AREA\n'

/** A config with arguments, and where their area starts. */
export interface BootConfig {
  readonly bytes: Uint8Array
  readonly areaOffset: number
}

/** The argument area of a text config: the arguments, a newline, padding. */
export function formatKargArea(kargs: string): string {
  return `${kargs}\n${'#'.repeat(PADDING_LENGTH)}`
}

/** A GRUB config as it lies in `EFI/<vendor>` and `boot/grub`. */
export function grubConfig(kargs: string, hasArea: boolean): BootConfig {
  const before = `# Demo live image: the menu of GRUB. The stub inside efiboot.img comes here, too.

set default="1"
set timeout=5

function load_video {
  insmod all_video
}

load_video
set gfxpayload=keep
insmod gzio
insmod part_gpt
insmod iso9660

menuentry 'Demo CoreOS (Live)' --class gnu-linux --class os {
\tlinux /images/pxeboot/vmlinuz `
  return joinConfig(before, kargs, hasArea, '\tinitrd /images/pxeboot/initrd.img /images/ignition.img\n}\n')
}

/** An ISOLINUX config as it lies in `isolinux`. */
export function isolinuxConfig(kargs: string, hasArea: boolean): BootConfig {
  const before = `# Demo live image: the menu of ISOLINUX.
serial 0
default vesamenu.c32
timeout 50
display boot.msg
menu title Demo CoreOS
menu tabmsg Press Tab to edit the kernel arguments.

label linux
  menu label ^Demo CoreOS (Live)
  menu default
  kernel /images/pxeboot/vmlinuz
  append initrd=/images/pxeboot/initrd.img,/images/ignition.img `
  return joinConfig(before, kargs, hasArea, '\nmenu end\n')
}

function joinConfig(before: string, kargs: string, hasArea: boolean, after: string): BootConfig {
  const line = hasArea ? formatKargArea(kargs) + AREA_END : `${kargs}\n`
  return { bytes: encodeUtf8(before + line + after), areaOffset: encodeUtf8(before).byteLength }
}
