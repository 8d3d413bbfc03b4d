import { parseConsoleSpec } from '../../coreos/index.ts'

/** The options that ISO images and PXE initramfs have in common, as coreos-installer calls them. */
export const CUSTOMIZE_OPTIONS = {
  destIgnition: {
    type: 'list',
    valueName: '<path>',
    summary: 'Ignition config to install with',
    description:
      'Several are merged; later ones win. Like all --dest options, it makes the live system install by itself.',
  },
  destDevice: {
    type: 'string',
    valueName: '<path>',
    summary: 'Device to install to, without asking',
    completes: 'file',
  },
  destConsole: {
    type: 'list',
    valueName: '<spec>',
    summary: 'Console of the installed system',
    description: 'As tty0, or ttyS0,115200n8. Kernel and boot loader use it.',
    parse: (text: string): string => {
      parseConsoleSpec(text)
      return text
    },
  },
  destKargAppend: { type: 'list', valueName: '<arg>', summary: 'Kernel argument to install with' },
  destKargDelete: { type: 'list', valueName: '<arg>', summary: 'Default kernel argument to leave out' },
  networkKeyfile: {
    type: 'list',
    valueName: '<path>',
    summary: 'NetworkManager keyfile',
    description:
      'It replaces what kernel arguments say about the network of the live system. When installing, it is copied to the new system.',
  },
  networkNmstate: {
    type: 'list',
    valueName: '<path>',
    summary: 'nmstate document (not yet: use --network-keyfile)',
    hidden: true,
  },
  ignitionCa: {
    type: 'list',
    valueName: '<path>',
    summary: 'Certificates for Ignition to trust',
    description: 'In PEM. With --dest-ignition, the installed system trusts them, too.',
  },
  preInstall: {
    type: 'list',
    valueName: '<path>',
    summary: 'Script to run before installing',
    description: 'It runs only when the installer does. When it fails, nothing is installed.',
  },
  postInstall: {
    type: 'list',
    valueName: '<path>',
    summary: 'Script to run after installing',
    description: 'It runs only when the installer does. When it fails, the machine does not reboot.',
  },
  installerConfig: {
    type: 'list',
    valueName: '<path>',
    summary: 'Installer config in YAML',
    description: 'Several are read in order; later ones win, and options win over all of them.',
  },
  liveIgnition: {
    type: 'list',
    valueName: '<path>',
    summary: 'Ignition config for the live system',
    description: 'Several are merged; later ones win.',
  },
} as const

/** Options that people have in mind when they want to be sure. */
export const CUSTOMIZE_CHECK_OPTIONS = {
  noValidate: {
    type: 'boolean',
    summary: 'Take configs as they are, and allow what would fail',
    description: 'What is known to keep a machine from booting or installing is then a warning.',
  },
  dryRun: {
    type: 'boolean',
    summary: 'Print what would change, and write nothing',
    description: 'Every file, unit, setting and kernel argument is listed, with what it follows from.',
  },
} as const
