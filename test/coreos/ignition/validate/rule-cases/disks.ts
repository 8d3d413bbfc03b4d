import type { RuleCase } from './rule-case.ts'

const disk = '$.storage.disks.0'
const first = `${disk}.partitions.0`
const second = `${disk}.partitions.1`
const guid = '01234567-89ab-cdef-EDCB-A98765432101'

/** A config of one disk with partitions. */
function partitions(...list: readonly object[]): RuleCase['config'] {
  return { storage: { disks: [{ device: '/dev/a', partitions: list }] } }
}

/** A config of one disk with partitions that have places. */
function places(...list: readonly (readonly [startMiB: unknown, sizeMiB: unknown])[]): RuleCase['config'] {
  return partitions(...list.map(([startMiB, sizeMiB], index) => ({ number: index + 1, startMiB, sizeMiB })))
}

function raid(array: object): RuleCase['config'] {
  return { storage: { raid: [{ name: 'a', level: 'raid1', devices: ['/dev/a'], ...array }] } }
}

/** Disks, partitions and arrays. */
export const diskCases: readonly RuleCase[] = [
  {
    name: 'a disk without a device, whose partitions are only looked at one by one',
    config: {
      storage: {
        disks: [
          {
            partitions: [
              { number: 1, label: 'a' },
              { number: 1, label: 'a:b' },
            ],
          },
        ],
      },
    },
    finds: [`device-required ${disk}.device`, `partition-label-colon ${second}.label`, `duplicate ${second}`],
  },
  {
    name: 'a disk at a relative path',
    config: { storage: { disks: [{ device: 'sda' }] } },
    finds: [`path-relative ${disk}.device`],
  },

  // numbers and labels
  {
    name: 'partitions with the same number',
    config: partitions({ number: 1 }, { number: 2 }, { number: 1 }, { number: 1 }),
    finds: [
      `partition-number-collision ${disk}.partitions.2`,
      `duplicate ${disk}.partitions.2`,
      `duplicate ${disk}.partitions.3`,
    ],
  },
  {
    name: 'partitions with the same label',
    config: partitions({ label: 'a' }, { label: 'a', number: 1 }, { label: 'a' }),
    finds: [`partition-label-collision ${second}`, `duplicate ${disk}.partitions.2`],
  },
  {
    name: 'partitions with empty labels, which are labels',
    config: partitions({ label: '' }, { label: '', number: 1 }),
    finds: [`partition-label-collision ${second}`],
  },
  { name: 'partitions with labels in another case', config: partitions({ label: 'a' }, { label: 'A' }), finds: [] },
  {
    name: 'partitions without number and label',
    config: partitions({}, { number: 0, label: null }),
    finds: [
      `partition-number-or-label-required ${first}`,
      `partition-number-or-label-required ${second}`,
      `duplicate ${second}`,
    ],
  },
  { name: 'a negative number', config: partitions({ number: -1 }), finds: [] },
  { name: 'a label of 36 bytes', config: partitions({ label: 'é'.repeat(18) }), finds: [] },
  {
    name: 'a label of 37 bytes in 19 characters',
    config: partitions({ label: `${'é'.repeat(18)}a` }),
    finds: [`partition-label-too-long ${first}.label`],
  },
  {
    name: 'a label of 40 bytes in 20 UTF-16 units',
    config: partitions({ label: '💾'.repeat(10) }),
    finds: [`partition-label-too-long ${first}.label`],
  },
  {
    name: 'a label with a colon',
    config: partitions({ label: 'a:b' }),
    finds: [`partition-label-colon ${first}.label`],
  },
  {
    name: 'a label that is too long and has a colon',
    config: partitions({ label: ':'.repeat(37) }),
    finds: [`partition-label-too-long ${first}.label`],
  },

  // places
  { name: 'partitions side by side', config: places([1, 2], [3, 1]), finds: [] },
  { name: 'partitions that overlap by one', config: places([1, 3], [3, 1]), finds: [`partition-overlap ${second}`] },
  { name: 'partitions that overlap backwards', config: places([3, 1], [1, 3]), finds: [`partition-overlap ${second}`] },
  { name: 'partitions at the same place', config: places([5, 0], [5, 0]), finds: [`partition-overlap ${second}`] },
  { name: 'a partition within another', config: places([1, 9], [3, 1]), finds: [`partition-overlap ${second}`] },
  { name: 'partitions at the first free place', config: places([0, 9], [0, 9]), finds: [] },
  { name: 'partitions without a size', config: places([1, null], [1, null]), finds: [] },
  {
    name: 'only the first overlap',
    config: places([1, 1], [10, 9], [11, 1], [1, 20]),
    finds: [`partition-overlap ${disk}.partitions.3`],
  },

  // partitions that are not to exist
  {
    name: 'no number beside partitions that are not to exist',
    config: partitions({ number: 1, shouldExist: false }, { label: 'a' }),
    finds: { '3.0.0': [`partition-zero-with-should-not-exist ${disk}.partitions`], '3.7.0-experimental': [] },
  },
  {
    name: 'numbers beside partitions that are not to exist',
    config: partitions({ number: 1, shouldExist: false, wipePartitionEntry: true, guid: '' }, { number: 2 }),
    finds: [],
  },
  ...[{ label: '' }, { startMiB: 0 }, { sizeMiB: 0 }, { guid }, { typeGuid: guid }].map((attributes) => ({
    name: `a partition that is not to exist, with ${JSON.stringify(attributes)}`,
    config: partitions({ number: 1, shouldExist: false, ...attributes }),
    finds: [`should-not-exist-with-attributes ${first}`],
  })),

  // GUIDs
  { name: 'GUIDs in any case', config: partitions({ number: 1, guid, typeGuid: guid.toUpperCase() }), finds: [] },
  ...['a', `${guid}0`, guid.slice(1), guid.replaceAll('-', ''), guid.replace('a', 'g'), `${guid}\n`, `{${guid}}`].map(
    (text) => ({
      name: `the GUID ${JSON.stringify(text)}`,
      config: partitions({ number: 1, guid: text, typeGuid: text }),
      finds: [`guid-malformed ${first}.guid`, `guid-malformed ${first}.typeGuid`],
    }),
  ),

  // arrays
  ...['linear', 'raid0', '0', 'stripe'].map((level) => ({
    name: `spares in an array ${level}`,
    config: raid({ level, spares: 1 }),
    finds: ['raid-spares-unsupported $.storage.raid.0.level'],
  })),
  ...['raid1', '1', 'mirror', 'raid4', '4', 'raid5', '5', 'raid6', '6', 'raid10', '10'].map((level) => ({
    name: `spares in an array ${level}`,
    config: raid({ level, spares: 1 }),
    finds: [],
  })),
  { name: 'no spares in stripes', config: raid({ level: 'stripe', spares: 0 }), finds: [] },
  ...['RAID1', '2', 'raid', ' raid1'].map((level) => ({
    name: `the level ${level}`,
    config: raid({ level }),
    finds: ['raid-level-invalid $.storage.raid.0.level'],
  })),
  ...['', undefined].map((level) => ({
    name: `the level ${JSON.stringify(level)}`,
    config: raid({ level }),
    finds: {
      '3.0.0': ['raid-level-invalid $.storage.raid.0.level'],
      '3.3.0': ['raid-level-required $.storage.raid.0.level'],
    },
  })),
  ...[[], null].map((devices) => ({
    name: `the devices ${JSON.stringify(devices)}`,
    config: raid({ devices }),
    finds: ['raid-devices-required $.storage.raid.0.devices'],
  })),
  {
    name: 'devices of an array at any path',
    config: raid({ devices: ['a', '/dev/a/', ''] }),
    finds: [
      'path-relative $.storage.raid.0.devices.0',
      'path-not-clean $.storage.raid.0.devices.1',
      'path-required $.storage.raid.0.devices.2',
    ],
  },
]
