import type { RuleCase } from './rule-case.ts'

const at = '$.storage.filesystems.0'

function filesystem(fields: object): RuleCase['config'] {
  return { storage: { filesystems: [{ device: '/dev/a', ...fields }] } }
}

/** A config of a filesystem that takes a whole disk. */
function onDisk(fields: object, disk: object): RuleCase['config'] {
  return { storage: { filesystems: [{ device: '/dev/a', ...fields }], disks: [{ device: '/dev/a', ...disk }] } }
}

const limits = { ext4: 16, btrfs: 256, xfs: 12, swap: 15, vfat: 11 }

/** Filesystems. */
export const filesystemCases: readonly RuleCase[] = [
  { name: 'nothing but a device', config: filesystem({}), finds: [] },
  { name: 'no device', config: filesystem({ device: null }), finds: [`path-required ${at}.device`] },
  {
    name: 'wrong paths',
    config: filesystem({ device: 'a', path: '/a/', format: 'xfs' }),
    finds: [`path-not-clean ${at}.path`, `path-relative ${at}.device`],
  },
  { name: 'an empty path', config: filesystem({ path: '' }), finds: [] },

  // formats
  ...[{ path: '/a' }, { uuid: 'a' }, { wipeFilesystem: true }, { options: ['-a'] }].map((fields) => ({
    name: `no format with ${JSON.stringify(fields)}`,
    config: filesystem(fields),
    finds: [`format-required ${at}.format`],
  })),
  {
    name: 'no format with mount options',
    config: filesystem({ format: '', mountOptions: ['ro'] }),
    finds: { '3.0.0': [`unused-key ${at}.mountOptions`], '3.1.0': [`format-required ${at}.format`] },
  },
  {
    name: 'no format with what means nothing',
    config: filesystem({ uuid: '', label: '', wipeFilesystem: false, options: [] }),
    finds: [],
  },
  ...['ext3', 'EXT4', ' '].map((format) => ({
    name: `the format ${JSON.stringify(format)}`,
    config: filesystem({ format }),
    finds: [`filesystem-format-invalid ${at}.format`],
  })),
  {
    name: 'the format none',
    config: filesystem({ format: 'none', label: 'l'.repeat(300) }),
    finds: { '3.0.0': [`filesystem-format-invalid ${at}.format`], '3.3.0': [] },
  },

  // labels
  {
    name: 'a label without a format',
    config: filesystem({ label: 'l'.repeat(300) }),
    finds: [`format-required ${at}.format`, `label-without-format ${at}.label`],
  },
  ...Object.entries(limits).flatMap(([format, max]) => {
    const label = 'é'.repeat(Math.floor(max / 2)) + 'l'.repeat(max % 2)
    return [
      { name: `a label of ${max} bytes for ${format}`, config: filesystem({ format, label }), finds: [] },
      {
        name: `a label of ${max + 1} bytes for ${format}`,
        config: filesystem({ format, label: `${label}l` }),
        finds: [`label-too-long ${at}.label`],
      },
    ]
  }),

  // virtiofs
  {
    name: 'a tag of 36 bytes',
    config: filesystem({ format: 'virtiofs', device: 'é'.repeat(18) }),
    finds: {
      '3.0.0': [`path-relative ${at}.device`, `filesystem-format-invalid ${at}.format`],
      '3.7.0-experimental': [],
    },
  },
  {
    name: 'a tag of 37 bytes',
    config: filesystem({ format: 'virtiofs', device: `${'é'.repeat(18)}a` }),
    finds: { '3.7.0-experimental': [`virtiofs-tag-too-long ${at}.device`] },
  },
  {
    name: 'no tag',
    config: filesystem({ format: 'virtiofs', device: '' }),
    finds: { '3.7.0-experimental': [`device-required ${at}.device`] },
  },
  {
    name: 'a label, which no format of another version limits',
    config: filesystem({ format: 'virtiofs', label: 'a'.repeat(300) }),
    finds: {
      '3.0.0': [`filesystem-format-invalid ${at}.format`],
      '3.7.0-experimental': [`label-not-supported ${at}.label`],
    },
  },
  {
    name: 'all that virtiofs does not take',
    config: filesystem({
      format: 'virtiofs',
      device: 'a',
      path: '/a',
      mountOptions: ['ro'],
      label: 'a',
      uuid: 'a',
      wipeFilesystem: true,
      options: ['-a'],
    }),
    finds: {
      '3.7.0-experimental': [
        `label-not-supported ${at}.label`,
        `uuid-not-supported ${at}.uuid`,
        `wipe-not-supported ${at}.wipeFilesystem`,
        `mkfs-options-not-supported ${at}.options`,
      ],
    },
  },

  // over disks
  {
    name: 'a filesystem over partitions',
    config: onDisk({}, { wipeTable: true, partitions: [{ number: 1 }] }),
    finds: [`filesystem-over-partitions ${at}.device`],
  },
  {
    name: 'a filesystem on a disk that is wiped',
    config: onDisk({}, { wipeTable: true, partitions: [] }),
    finds: [`filesystem-implicit-wipe ${at}.device`],
  },
  {
    name: 'a filesystem that is wiped like its disk',
    config: onDisk({ format: 'xfs', wipeFilesystem: true }, { wipeTable: true }),
    finds: [],
  },
  { name: 'a filesystem on a disk that is kept', config: onDisk({}, { wipeTable: false }), finds: [] },
]
