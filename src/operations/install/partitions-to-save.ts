import type { GptPartition } from '../../formats/gpt/index.ts'

/** Partitions that are to outlive an installation, as they were found. */
export interface PartitionsToSave {
  /** In slot order; empty when nothing is saved. */
  readonly partitions: readonly GptPartition[]
  /** GUID of the disk. */
  readonly diskGuid: string
  /** The copy of the table that is sound; the primary when both are. It is the last that may be written over. */
  readonly copy: 'primary' | 'backup'
}

/** What there is to save when nothing shall be, or nothing is there. */
export const NOTHING_TO_SAVE: PartitionsToSave = {
  partitions: [],
  diskGuid: '00000000-0000-0000-0000-000000000000',
  copy: 'primary',
}
