/** What happens to the thing that a step is about. */
export type Effect =
  | 'nothing'
  | 'create'
  | 'keep'
  | 'change'
  | 'resize'
  | 'replace'
  | 'delete'
  /** The machine starts once more. */
  | 'reboot'
  /** It is tried again until it works. */
  | 'retry'
  /** The boot stops. */
  | 'fail'

/**
 * Everything about a target that a plan can't know, in words. `%` is what it is about.
 */
export const CONDITIONS = {
  // fetches
  'fetch-refused': 'the server answers with a failure below 500',
  'fetch-unavailable': 'the server cannot be reached, or answers with 500 or above',
  'fetch-impossible': 'it cannot be fetched',
  'gzip-damaged': 'what comes is no gzip data',
  'hash-differs': 'what comes has another hash',
  'config-refused': 'what comes is no valid config',
  // kernel arguments
  'kargs-as-wanted': 'all arguments are so already',
  'kargs-differ': 'an argument has to change',
  'kargs-differ-live': 'an argument has to change on a live system',
  // disks
  'disk-in-use': 'the disk itself is mounted, or held by another device',
  'disk-partition-in-use': 'one of its partitions is in use',
  'partition-missing': '% does not exist',
  'partition-exists': '% exists',
  'partition-matches': '% exists and matches',
  'partition-differs': '% exists and differs',
  'partition-size-differs': '% exists and differs in its size only',
  'partition-differs-in-more': '% exists and differs in more than its size',
  'partition-in-use': '% is in use and has to change',
  'device-blank': 'the device is blank',
  'device-alike': '% is on the device',
  'device-other': 'anything else is on the device',
  'device-filled': '% is on the device',
  'device-unfilled': 'no % is on the device',
  // mounts
  'directory-missing': 'a directory of the path is missing',
  'path-indirect': 'an element of the path is no directory',
  // users and groups
  'account-missing': '% does not exist',
  'account-exists': '% exists',
  'owner-unknown': 'there is no %',
  // files, directories and links
  'path-free': 'nothing is at the path',
  'path-taken': 'something is at the path',
  'path-alike': '% is at the path',
  'path-other': 'anything else is at the path',
  'path-read-only': '% is read-only, as on CoreOS',
  'target-missing': '% does not exist',
  // units
  'unit-masked': '% is masked below /etc',
  'unit-not-masked': '% is not masked below /etc',
  'unit-enabled': '% is enabled',
  'unit-not-enabled': '% is not enabled',
  // the end
  'selinux-policy': 'the target has an SELinux policy',
  'no-selinux-policy': 'the target has no SELinux policy',
} as const

/** The name of a condition; stable. */
export type ConditionKind = keyof typeof CONDITIONS

/** What a step comes to when the target is in a state that nobody knows before. */
export interface Outcome {
  readonly condition: ConditionKind
  /** The condition as a clause: `partition 1 exists and differs`. */
  readonly when: string
  readonly effect: Effect
}

/** @param what the subject of conditions that need one. */
export function outcome(condition: ConditionKind, effect: Effect, what = ''): Outcome {
  return { condition, when: CONDITIONS[condition].replace('%', () => what), effect }
}
