/**
 * Boot scripts: what tells iPXE, GRUB and PXELINUX which kernel and initrds to fetch over the network, and how to start them.
 *
 * Written: scripts that boot one Linux, at once, from files beside the script or from URLs, and scripts for single machines
 * by their MAC addresses. Read: the commands that matter for that, in scripts written by anyone; menus are told apart by
 * their entries, and conditions are passed over, since only the boot loader knows how they end. Left out: variables of the
 * machine, Multiboot, ISOLINUX.
 */
export type {
  BootEntry,
  BootScript,
  BootScriptProblem,
  ParsedBootScript,
} from './boot-entry.ts'
export {
  BOOT_LOADERS,
  type BootLoader,
  bootLoaderOf,
  bootScriptPath,
  formatBootScript,
  parseBootScript,
} from './boot-loaders.ts'
export { isRemote, parseMacAddress } from './locations.ts'
