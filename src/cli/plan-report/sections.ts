import type { Provisioning, ProvisioningStep } from '../../coreos/index.ts'

/** Steps that are shown together. */
export interface Section {
  readonly title: string
  readonly kinds: readonly ProvisioningStep['kind'][]
  /** Paragraphs below the title. */
  readonly intro?: readonly string[]
  /** Conditions that the intro tells about, so that the steps don't; without any of them, it isn't shown. */
  readonly told?: readonly Provisioning.ConditionKind[]
}

const ACCOUNTS = {
  intro: ['Created where they are missing, and else changed.'],
  told: ['account-missing', 'account-exists'],
} as const

/** In the order in which the target goes through them. */
export const SECTIONS: readonly Section[] = [
  {
    title: 'Fetches',
    kinds: ['fetch', 'render'],
    intro: ['Of HTTP, a status below 500 other than 200 and 204 makes the boot fail; anything worse is tried again.'],
    told: ['fetch-refused', 'fetch-unavailable'],
  },
  {
    title: 'Kernel arguments',
    kinds: ['kernel-arguments'],
    intro: ['A change makes the machine reboot. On a live system, where there can be none, it makes the boot fail.'],
    told: ['kargs-as-wanted', 'kargs-differ', 'kargs-differ-live'],
  },
  {
    title: 'Disks and partitions',
    kinds: ['disk', 'partition'],
    intro: ['On each disk, partitions are deleted before any is created. To change what is in use fails.'],
    told: ['disk-in-use', 'disk-partition-in-use', 'partition-in-use'],
  },
  { title: 'RAID arrays', kinds: ['raid'], intro: ['Made whatever the devices hold.'] },
  { title: 'Encrypted volumes', kinds: ['luks'] },
  { title: 'Filesystems', kinds: ['filesystem'], intro: ['All at the same time.'] },
  {
    title: 'Mounts',
    kinds: ['mount'],
    intro: [
      'By depth, and only while Ignition runs: later boots need mount units. Missing directories are made, and an element of the path that is no directory makes it fail.',
    ],
    told: ['directory-missing', 'path-indirect'],
  },
  { title: 'Groups', kinds: ['group'], ...ACCOUNTS },
  { title: 'Users', kinds: ['user'], ...ACCOUNTS },
  {
    title: 'Directories, files and links',
    kinds: ['directory', 'file', 'link'],
    intro: [
      'By depth, and hard links last. Ignition promises no order within a depth; here it is that of the paths.',
      'If there: "fails" with anything; "replaced" removes it with all that is in it; "kept" and "changed" go on with something of the same kind, whose mode and owner stay unless given, and fail with anything else.',
    ],
    told: ['path-free', 'path-taken', 'path-alike', 'path-other'],
  },
  {
    title: 'Units',
    kinds: ['unit'],
    intro: ['Unit files and drop-ins that are there are replaced.'],
  },
  {
    title: 'Presets',
    kinds: ['presets'],
    intro: ['What systemd enables and disables when it starts. Only what is enabled is disabled.'],
  },
  { title: 'At the end', kinds: ['crypttab', 'key-file', 'result', 'relabel', 'unmount'] },
]
