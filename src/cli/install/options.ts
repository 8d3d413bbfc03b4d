import { parseByteSize } from '../byte-size.ts'
import { HTTP_OPTIONS } from '../http-options.ts'

/** Options of installing that no config file has. */
export const INSTALL_OPTIONS = {
  configFile: {
    type: 'list',
    short: 'c',
    valueName: '<path>',
    summary: 'YAML file with settings, or - for stdin',
    description: 'Its keys are the long options and dest-device. What the line says comes after all files.',
  },
  configDir: {
    type: 'list',
    valueName: '<path>',
    summary: 'Directory of such files',
    description: 'Every regular file in the order of names counts as --config-file, and is read before those.',
    isRare: true,
    completes: 'directory',
  },
  networkInitramfs: {
    type: 'boolean',
    summary: 'Put the network settings into the initramfs, too',
    description: 'With --copy-network, for a disk that is reached over the network. They stay in the initramfs.',
    isRare: true,
  },
  toFile: {
    type: 'string',
    valueName: '<path>',
    summary: 'Create a disk image instead',
    description: 'A raw one. It needs no privileges; the file is sparse, and appears when all is done.',
  },
  size: {
    type: 'string',
    valueName: '<size>',
    summary: 'Size of the disk image, such as 20G',
    description: 'In units of 1024. By default the size of what is installed.',
    isRare: true,
    parse: (text: string): number => parseByteSize(text),
  },
  overwrite: { type: 'boolean', summary: 'Let --to-file replace an existing file', isRare: true },
  checksum: {
    type: 'string',
    valueName: '<sum>',
    summary: 'What the image hashes to: sha256:HEX, or a file',
    description: 'Of the image as it is downloaded. A file as sha256sum writes it has a line for the image.',
    isRare: true,
  },
  trust: {
    type: 'choice',
    valueName: '<whom>',
    choices: ['signature', 'metadata'],
    default: 'signature',
    summary: 'What proves an image of a stream',
    description: 'metadata: its checksum in stream metadata that came over https is enough.',
    isRare: true,
  },
  keyring: {
    type: 'list',
    valueName: '<path>',
    summary: 'File with keys that sign images',
    description:
      'As gpg --export writes it, binary or armored. By default those that ISOKIT_KEYRING lists, or else those in ~/.config/isokit/keys and /etc/pki/rpm-gpg.',
    isRare: true,
  },
  caFile: {
    type: 'string',
    valueName: '<path>',
    summary: HTTP_OPTIONS.caFile.summary as string,
    description: HTTP_OPTIONS.caFile.description as string,
    isRare: true,
  },
  memory: {
    type: 'string',
    valueName: '<size>',
    summary: 'Memory to decompress with [default: a quarter]',
    isRare: true,
    parse: (text: string): number => parseByteSize(text),
  },
  noVerifyWrite: {
    type: 'boolean',
    summary: 'Do not read back what was written',
    isRare: true,
  },
  noValidate: {
    type: 'boolean',
    summary: 'Take the Ignition config as it is',
    description: 'Or Butane, which the newest versions of Ignition read.',
    isRare: true,
  },
  partitionBackup: {
    type: 'string',
    valueName: '<path>',
    summary: 'Where to keep the table of saved partitions',
    description: 'A sparse file that has the size of the disk and nothing but its partition table.',
    isRare: true,
  },
  dryRun: {
    type: 'boolean',
    summary: 'Check everything, print the plan, write nothing',
  },
  yes: {
    type: 'boolean',
    summary: 'Do not ask before the disk is erased',
    description: 'Nobody is asked where stdin or stderr is no terminal.',
  },
} as const
