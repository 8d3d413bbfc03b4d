import type { FindingKind, IgnitionConfig, IgnitionFinding, IgnitionPath, Integer } from '../../../src/index.ts'

/** Something in which isokit and Ignition 2.14 part, since isokit follows 2.26, or since there is no one answer. */
export interface KnownDifference {
  readonly reason: string
  /** Findings that only isokit has. */
  readonly findings?: readonly FindingKind[]
  /** Texts that can't be compared. */
  readonly isIncomparable?: (text: string) => boolean
  /** Where Ignition may place a finding of a config, now here, now there. */
  readonly placesOf?: (finding: IgnitionFinding, config: IgnitionConfig) => readonly IgnitionPath[]
}

/**
 * All known differences; what is not among them is a fault of isokit.
 *
 * Other changes of releases make no difference here. 2.14 words `mode-special-bits` in another way, and knows only specs in
 * which all releases warn of it. Number 0 beside partitions that should not exist is refused by all releases up to 2.26, and
 * by isokit for these specs. Hosts with two ports pass in both; only builds with newer Go runtimes refuse them.
 */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    reason: '2.15.0 began to look for nodes at the paths of units',
    findings: ['path-conflicts-with-unit'],
  },
  {
    reason: '2.15.0 began to look for [Install] in the templates of enabled instances',
    findings: ['template-no-install-section'],
  },
  {
    reason: '2.15.0 began to compare filesystems with disks',
    findings: ['filesystem-over-partitions', 'filesystem-implicit-wipe'],
  },
  {
    reason: '2.15.0 began to warn of owners of hard links',
    findings: ['hard-link-owner-ignored'],
  },
  {
    reason: '2.14 has an experimental spec that is unknown to releases before and after it',
    isIncomparable: (text) => /"3\.4\.0-experimental"/.test(text),
  },
  {
    reason: 'of several groups of equal partition numbers, any is named: Ignition keeps them in a map without order',
    placesOf: ({ kind, path = [] }, { storage }) => {
      if (kind !== 'partition-number-collision') return []
      const [, , disk, list] = path
      const numbers = storage?.disks?.[Number(disk)]?.partitions?.map(({ number = 0 }) => number) ?? []
      const isSecond = (number: Integer, index: number): boolean =>
        Number(number) !== 0 && numbers.slice(0, index).filter((earlier) => earlier === number).length === 1
      return numbers.flatMap((number, index) =>
        isSecond(number, index) ? [['storage', 'disks', Number(disk), String(list), index]] : [],
      )
    },
  },
]

const onlyIsokit: ReadonlySet<FindingKind> = new Set(KNOWN_DIFFERENCES.flatMap(({ findings = [] }) => findings))

/** The findings that Ignition 2.14 has as well. */
export function findingsOf2_14(findings: readonly IgnitionFinding[]): readonly IgnitionFinding[] {
  return findings.filter(({ kind }) => !onlyIsokit.has(kind))
}

/** Whether Ignition 2.14 has anything to say on the text. */
export function isComparable(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes)
  return !KNOWN_DIFFERENCES.some(({ isIncomparable }) => isIncomparable?.(text))
}

/** Other places for a finding that would be as right. */
export function otherPlacesOf(finding: IgnitionFinding, config: IgnitionConfig | undefined): readonly IgnitionPath[] {
  return config ? KNOWN_DIFFERENCES.flatMap(({ placesOf }) => placesOf?.(finding, config) ?? []) : []
}
