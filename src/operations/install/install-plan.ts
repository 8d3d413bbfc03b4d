import type { Extent, Patch } from '../../bytes/index.ts'
import type { GptPartition } from '../../formats/gpt/index.ts'

/** A partition that outlives the installation. */
export interface SavedPartition {
  /** As it is on the disk now. */
  readonly partition: GptPartition
  /** The number that it has behind the image's partitions. */
  readonly newNumber: number
}

/** What goes where, decided before the first byte is written. */
export interface InstallPlan {
  /** The partitions of the image, as its own table says; `undefined` for an image without one. */
  readonly imagePartitions: readonly GptPartition[] | undefined
  readonly saved: readonly SavedPartition[]
  /**
   * Written first, and again when the installation fails: a partition table with nothing but the saved partitions, and zeros
   * over what else would make the disk look as if it had something.
   */
  readonly reset: readonly Patch[]
  /**
   * Where the image's bytes are kept back until everything is proved, by offset: its first MiB, and its backup partition
   * table.
   */
  readonly withheld: readonly Extent[]
  /** Where the image has to end, since a saved partition begins there. */
  readonly limit: { readonly offset: number; readonly partition: GptPartition } | undefined
  /**
   * What takes the place of the image's first MiB, in steps with a flush after each. The disk has a valid table with the
   * image's partitions only after the last one.
   */
  readonly finish: readonly (readonly Patch[])[]
}
