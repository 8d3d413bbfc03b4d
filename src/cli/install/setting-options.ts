import { DIRECTIVES, findValueProblem, type InstallerKey } from '../../coreos/index.ts'
import { UsageError } from '../../errors.ts'
import type { CommandValues } from '../command.ts'
import { HTTP_OPTIONS } from '../http-options.ts'

/** Options that a config file can have as well, as coreos-installer calls them. A scripted line may repeat them. */
export const SETTING_OPTIONS = {
  stream: {
    type: 'string',
    short: 's',
    valueName: '<name>',
    summary: 'Stream to take the image from [default: stable]',
    lastWins: true,
    conflictsWith: ['imageUrl', 'imageFile'],
  },
  imageUrl: {
    type: 'string',
    short: 'u',
    valueName: '<URL>',
    summary: 'Image to install, from a URL',
    description: 'Its signature is looked for at the same URL with .sig behind the path.',
    lastWins: true,
    conflictsWith: ['stream', 'imageFile'],
    parse: (text: string): string => checkValue('image-url', text),
  },
  imageFile: {
    type: 'string',
    short: 'f',
    valueName: '<path>',
    summary: 'Image to install: a file, or - for stdin',
    description: 'Raw, or compressed with xz, gzip or zstd. Its signature is looked for in the same place, with .sig.',
    lastWins: true,
    conflictsWith: ['stream', 'imageUrl'],
  },
  ignitionFile: {
    type: 'string',
    short: 'i',
    valueName: '<path>',
    summary: 'Ignition config for the installed system',
    lastWins: true,
    conflictsWith: ['ignitionUrl'],
  },
  ignition: {
    type: 'string',
    valueName: '<path>',
    summary: 'Another name of --ignition-file',
    hidden: true,
    lastWins: true,
    conflictsWith: ['ignitionFile', 'ignitionUrl'],
  },
  ignitionUrl: {
    type: 'string',
    short: 'I',
    valueName: '<URL>',
    summary: 'Ignition config, from a URL',
    description: 'Over https; over http only with --ignition-hash or --insecure-ignition.',
    lastWins: true,
    conflictsWith: ['ignitionFile', 'ignition'],
    parse: (text: string): string => checkValue('ignition-url', text),
  },
  ignitionHash: {
    type: 'string',
    valueName: '<digest>',
    summary: 'Digest of the Ignition config: sha256-HEX',
    description: 'Or sha512-HEX. It is checked before anything is written.',
    lastWins: true,
    parse: (text: string): string => checkValue('ignition-hash', text),
  },
  architecture: {
    type: 'string',
    short: 'a',
    valueName: '<name>',
    summary: 'Architecture of the image [default: this one]',
    description: 'Only for images of streams: x86_64, aarch64, ppc64le, s390x.',
    lastWins: true,
  },
  platform: {
    type: 'string',
    short: 'p',
    valueName: '<id>',
    summary: 'Platform for Ignition and the consoles',
    description: 'The image stays the one for metal.',
    lastWins: true,
  },
  console: {
    type: 'list',
    valueName: '<spec>',
    summary: 'Console of kernel and boot loader',
    description: 'As tty0, or ttyS0,115200n8. It replaces those of the platform.',
    parse: (text: string): string => checkValue('console', text),
  },
  firstbootArgs: {
    type: 'string',
    valueName: '<args>',
    summary: 'Kernel arguments of the first boot alone',
    hidden: true,
    lastWins: true,
  },
  appendKarg: { type: 'list', valueName: '<arg>', summary: 'Kernel argument to append' },
  deleteKarg: { type: 'list', valueName: '<arg>', summary: 'Default kernel argument to delete' },
  copyNetwork: {
    type: 'boolean',
    short: 'n',
    summary: 'Copy network settings of this system',
    description: 'The keyfiles of --network-dir apply from the first boot on.',
  },
  networkDir: {
    type: 'string',
    valueName: '<path>',
    summary: 'Directory for --copy-network',
    description: 'By default /etc/NetworkManager/system-connections.',
    isRare: true,
    lastWins: true,
    completes: 'directory',
  },
  savePartlabel: {
    type: 'list',
    valueName: '<lx>',
    summary: 'Save partitions with this label',
    description: 'A glob. Several can be given at once, with commas between them.',
    parse: (text: string): string => checkValue('save-partlabel', text),
  },
  savePartindex: {
    type: 'list',
    valueName: '<id>',
    summary: 'Save partitions by number or range',
    description: 'As 5, 1-3, 5- or -4. Several can be given at once, with commas between them.',
    takesDash: true,
    parse: (text: string): string => checkValue('save-partindex', text),
  },
  offline: {
    type: 'boolean',
    summary: 'Install without network: needs --image-file',
    description: 'The image that live systems carry in osmet form is not read.',
    isRare: true,
  },
  insecure: {
    type: 'boolean',
    summary: 'Install an image that nothing proves',
    description: 'A signature or a checksum that is there still has to be right.',
  },
  insecureIgnition: { type: 'boolean', summary: 'Take an Ignition config over http', isRare: true },
  streamBaseUrl: {
    type: 'string',
    valueName: '<URL>',
    summary: 'Where the metadata of streams is',
    isRare: true,
    lastWins: true,
    parse: (text: string): string => checkValue('stream-base-url', text),
  },
  preserveOnError: {
    type: 'boolean',
    summary: 'Leave the disk as it is when installing fails',
    description: 'Otherwise it gets a partition table with nothing but the saved partitions.',
    isRare: true,
  },
  fetchRetries: {
    type: 'string',
    valueName: '<N>',
    summary: HTTP_OPTIONS.fetchRetries.summary as string,
    description: HTTP_OPTIONS.fetchRetries.description as string,
    isRare: true,
    lastWins: true,
    parse: (text: string): string => checkValue('fetch-retries', text),
  },
  secureIpl: { type: 'boolean', summary: 'Secure boot of IBM Z (not supported)', hidden: true },
} as const

/** The values of these options, and the disk. */
export type SettingValues = CommandValues<Record<never, never>, typeof SETTING_OPTIONS> & {
  readonly destDevice: string | undefined
}

/** Gives a value back if the same key of a config file could have it. */
function checkValue(key: InstallerKey, text: string): string {
  const problem = findValueProblem(DIRECTIVES[key], text)
  if (!problem) return text
  const { message, hint } = problem
  throw new UsageError('COMMAND_LINE_INVALID', message, hint === undefined ? {} : { hint })
}
