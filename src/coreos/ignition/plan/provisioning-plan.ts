import type { SpecVersion } from '../model/versions.ts'
import type { BaseSystem } from './base-system.ts'
import type { NodeStep } from './describe-node.ts'
import type { GroupStep, UserStep } from './plan-accounts.ts'
import type { DiskStep, PartitionStep } from './plan-disks.ts'
import type { CrypttabStep, KeyFileStep, RelabelStep, ResultStep } from './plan-extras.ts'
import type { FetchStep } from './plan-fetches.ts'
import type { FilesystemStep } from './plan-filesystems.ts'
import type { KernelArgumentsStep } from './plan-kernel-arguments.ts'
import type { LuksStep } from './plan-luks.ts'
import type { MountStep, UnmountStep } from './plan-mounts.ts'
import type { PresetsStep } from './plan-presets.ts'
import type { RaidStep } from './plan-raid.ts'
import type { UnitStep } from './plan-units.ts'
import type { RenderStep } from './render-config.ts'

export type { Purpose, ResourceFacts } from '../resource/read-resource.ts'
export type { BaseSystem } from './base-system.ts'
export type { DirectoryStep, FileStep, LinkStep, NodeStep } from './describe-node.ts'
export type { ConditionKind, Effect, Outcome } from './outcome.ts'
export type { GroupStep, UserStep } from './plan-accounts.ts'
export type { DiskStep, PartitionStep } from './plan-disks.ts'
export type { CrypttabLine, CrypttabStep, KeyFileStep, RelabelStep, ResultStep } from './plan-extras.ts'
export type { FetchStep } from './plan-fetches.ts'
export type { FilesystemStep } from './plan-filesystems.ts'
export type { KernelArgumentsStep } from './plan-kernel-arguments.ts'
export type { ClevisBinding, LuksStep, TangServer } from './plan-luks.ts'
export type { MountStep, UnmountStep } from './plan-mounts.ts'
export type { PresetLine, PresetsStep } from './plan-presets.ts'
export type { RaidStep } from './plan-raid.ts'
export type { UnitFile, UnitStep } from './plan-units.ts'
export type { RenderStep } from './render-config.ts'
export type { Failure, FailureKind, Stage, StepBase } from './step.ts'

/** One thing that a target does; `kind` tells which. */
export type ProvisioningStep =
  | FetchStep
  | RenderStep
  | KernelArgumentsStep
  | DiskStep
  | PartitionStep
  | RaidStep
  | LuksStep
  | FilesystemStep
  | MountStep
  | GroupStep
  | UserStep
  | NodeStep
  | UnitStep
  | PresetsStep
  | CrypttabStep
  | KeyFileStep
  | ResultStep
  | RelabelStep
  | UnmountStep

/** How many steps there are, and of which sort. */
export interface PlanCounts {
  readonly steps: number
  /** Those that fail on every target. */
  readonly failing: number
  /** Those that depend on the target. */
  readonly conditional: number
  /** Those that may lose data of the target. */
  readonly destructive: number
}

/** What a target will do with a config at its first boot, without contents and secrets. */
export interface ProvisioningPlan {
  /** The spec version of the config. */
  readonly version: SpecVersion
  readonly base: BaseSystem
  /** Whether all is known that the config refers to: no other config has to be fetched to know what will be done. */
  readonly isComplete: boolean
  /** Why the machine needs the network before the system starts; empty when it doesn't. */
  readonly networkUses: readonly string[]
  readonly counts: PlanCounts
  /**
   * In the order in which they are done, with all that is fetched in front. A failure stops the boot, and nothing of what
   * was done before is taken back.
   */
  readonly steps: readonly ProvisioningStep[]
}
