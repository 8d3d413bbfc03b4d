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
  /** Bytes of the image, as its own table says. */
  readonly imageByteLength: number | undefined
  readonly saved: readonly SavedPartition[]
  /**
   * Written first, and again when the installation fails: a partition table with nothing but the saved partitions (none at
   * all for an image without a GPT), and zeros over what else would make the disk look as if it had something. In steps with
   * a flush after each, so that the saved partitions are in a sound table at every moment; all of them can be written again
   * from wherever it was interrupted.
   */
  readonly reset: readonly (readonly Patch[])[]
  /**
   * Where the image's bytes are kept back until everything is proved, by offset: its first MiB, and its backup partition
   * table. Of these, the ones behind the first MiB are written as they are, and flushed, before the first step of
   * {@link InstallPlan.finish}; no saved partition is there.
   */
  readonly withheld: readonly Extent[]
  /** Where the image has to end, since a saved partition begins there. */
  readonly limit: { readonly offset: number; readonly partition: GptPartition } | undefined
  /**
   * What takes the place of the image's first MiB, in steps with a flush after each.
   *
   * Without saved partitions, the last step is the sector with the header of the image's table, and the disk has no sound
   * table with partitions before; only on a disk of exactly the image's size the image's backup is one, a step early. With
   * saved partitions there are two copies to be written, each one entries first and header second: the partitions of the
   * image are in force from the first of the two headers on, and then nothing but the other copy is left to be done.
   *
   * A patch that starts behind the first MiB is left out where the image has turned out to reach: one that is longer than
   * its table says has bytes of its own there.
   */
  readonly finish: readonly (readonly Patch[])[]
}
