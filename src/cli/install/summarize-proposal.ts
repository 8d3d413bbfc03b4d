import { type BootCustomization, foreseeBootPaths, formatConsoleSpec } from '../../coreos/index.ts'
import type { GptPartition } from '../../formats/gpt/index.ts'
import type { InstallProposal } from '../../node/index.ts'

/** A partition as results tell it; offsets and lengths are bytes. */
export interface PartitionSummary {
  readonly number: number
  readonly name: string
  readonly offset: number
  readonly byteLength: number
}

/** What changes on the boot partition. Contents of configs stay out. */
export interface BootSummary {
  readonly ignitionByteLength: number | null
  readonly platform: string | null
  readonly consoles: readonly string[]
  readonly appendKargs: readonly string[]
  readonly deleteKargs: readonly string[]
  readonly firstbootArgs: string | null
  readonly networkFiles: readonly string[]
  /** What is written or changed there, with `*` for what the image decides. */
  readonly paths: readonly string[]
}

/** What is on a disk: a partition, or the whole of it. */
export interface ContentSummary {
  readonly path: string
  /** `null` for what nobody recognizes. */
  readonly type: string | null
  readonly label: string | null
  readonly byteLength: number | null
}

/** What an installation does, for people and programs. */
export interface ProposalSummary {
  readonly image: {
    readonly name: string
    /** As it arrives, compressed. */
    readonly byteLength: number | null
    /** As it is on the disk. */
    readonly imageByteLength: number | null
    readonly partitions: readonly PartitionSummary[]
  }
  readonly target: {
    readonly kind: 'device' | 'file'
    readonly path: string
    readonly byteLength: number
    readonly sectorSize: number
    readonly model: string | null
    /** What is on it now. */
    readonly contents: readonly ContentSummary[]
  }
  readonly savedPartitions: readonly (PartitionSummary & { readonly newNumber: number })[]
  readonly boot: BootSummary | null
  /** What will be proved about the image, as clauses. */
  readonly toProve: readonly string[]
}

/** Takes from a proposal what can be told of it. */
export function summarizeProposal(
  { target, image, plan, toProve }: InstallProposal,
  customization: BootCustomization | undefined,
): ProposalSummary {
  return {
    image: {
      name: image.name,
      byteLength: image.byteLength ?? null,
      imageByteLength: plan.imageByteLength ?? null,
      partitions: (plan.imagePartitions ?? []).map(summarizePartition),
    },
    target: {
      kind: target.kind,
      path: target.name,
      byteLength: target.byteLength,
      sectorSize: target.sectorSize,
      model: target.model ?? null,
      contents: target.contents.map(({ path, type, label, byteLength }) => ({
        path,
        type: type ?? null,
        label: label ?? null,
        byteLength: byteLength ?? null,
      })),
    },
    savedPartitions: plan.saved.map(({ partition, newNumber }) => ({ ...summarizePartition(partition), newNumber })),
    boot: customization ? summarizeBoot(customization) : null,
    toProve,
  }
}

function summarizeBoot(customization: BootCustomization): BootSummary {
  const { ignition, platform, consoles = [], appendKargs = [], deleteKargs = [], firstbootArgs } = customization
  return {
    ignitionByteLength: ignition?.byteLength ?? null,
    platform: platform ?? null,
    consoles: consoles.map(formatConsoleSpec),
    appendKargs,
    deleteKargs,
    firstbootArgs: firstbootArgs ?? null,
    networkFiles: (customization.networkFiles ?? []).map(({ name }) => name),
    paths: foreseeBootPaths(customization),
  }
}

function summarizePartition({ number, name, extent }: GptPartition): PartitionSummary {
  return { number, name, ...extent }
}
