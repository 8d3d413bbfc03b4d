import type { BootCustomization } from '../../coreos/index.ts'
import type {
  InstallPlan,
  InstallProgress,
  InstallResult,
  PartitionFilter,
  PartitionsToSave,
  TargetState,
} from '../../operations/index.ts'
import type { HttpOptions } from '../http/http-options.ts'
import type { ImageRequest } from './choose-image.ts'
import type { ImageTrust } from './create-image-checks.ts'
import type { InstallImage } from './open-install-image.ts'
import type { OpenedTarget, TargetRequest } from './open-target.ts'

/** What shall be installed, where, and how. */
export interface InstallRequest {
  readonly target: TargetRequest
  readonly image: ImageRequest
  /** A signature by a known key has to prove the image unless given. */
  readonly trust?: ImageTrust | undefined
  /** Which partitions of a disk outlive it; none unless given. */
  readonly filter?: PartitionFilter | undefined
  /** What changes on the boot partition; nothing without. */
  readonly boot?: BootCustomization | undefined
  readonly http?: HttpOptions | undefined
  /** Most memory that decompressing may take, in bytes. */
  readonly memoryBudget?: number | undefined
  /** Does not read back what was written. */
  readonly skipReadBack?: boolean | undefined
  /** Leaves the target as a failure leaves it. */
  readonly preserveOnError?: boolean | undefined
  /** Where the table of the saved partitions is kept; in the system's temporary directory, until all is done, unless given. */
  readonly partitionBackup?: string | undefined
  /** Whether to compute the SHA-256 of the image as it arrives. */
  readonly hash?: boolean | undefined
}

/** An installation of which all is known that can be known before the first byte is written. */
export interface InstallProposal {
  readonly target: OpenedTarget
  readonly image: InstallImage
  readonly saved: PartitionsToSave
  readonly plan: InstallPlan
  /** What will be proved about the image before the target boots, as clauses. */
  readonly toProve: readonly string[]
}

/** What the target of an installation has. */
export interface TargetReport {
  readonly state: TargetState
  readonly target: OpenedTarget
  readonly saved: PartitionsToSave
  /** A file that has the table of the saved partitions. */
  readonly partitionBackup: string | undefined
}

/** How an installation is watched. */
export interface InstallOptions {
  /** Decides whether to go on, once everything is known and nothing is written. Without it, the installation goes on. */
  readonly approve?: ((proposal: InstallProposal) => Promise<boolean>) | undefined
  /** Told what people should know before they approve, in sentences. */
  readonly onNotice?: ((text: string) => void) | undefined
  readonly onProgress?: ((progress: InstallProgress) => void) | undefined
  /** Told what the target has once a failure is over, before it is thrown. Not told when no target could be opened. */
  readonly onFailure?: ((report: TargetReport) => void) | undefined
  /** Stops everything, fetching too; the target is then reset as after any failure. */
  readonly signal?: AbortSignal | undefined
}

/** An installation that is done. */
export interface Installed extends InstallProposal {
  readonly result: InstallResult
  /** SHA-256 of the image as it arrived, in lower-case hexadecimal, when it was asked for. */
  readonly sha256: string | undefined
}
