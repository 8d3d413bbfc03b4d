import type * as types from '../model/types.ts'
import { type Outcome, outcome } from './outcome.ts'
import { type StepBase, stepBase, type Verdict } from './step.ts'

/** A filesystem that is made or reused. All of them are made at the same time. */
export interface FilesystemStep extends StepBase {
  readonly kind: 'filesystem'
  /** The device, or the tag of a virtiofs. */
  readonly device: string
  readonly format: string | undefined
  readonly label: string | undefined
  readonly uuid: string | undefined
  readonly wipeFilesystem: boolean
  /** Arguments of mkfs. */
  readonly options: readonly string[]
}

/** The filesystems in the order of the config. */
export function planFilesystems(filesystems: readonly types.Filesystem[]): readonly FilesystemStep[] {
  return filesystems.map((filesystem) => ({
    kind: 'filesystem',
    device: filesystem.device,
    format: filesystem.format,
    label: filesystem.label || undefined,
    uuid: filesystem.uuid || undefined,
    wipeFilesystem: filesystem.wipeFilesystem ?? false,
    options: filesystem.options ?? [],
    ...stepBase('disks', judge(filesystem)),
  }))
}

function judge({ format, wipeFilesystem = false, label, uuid }: types.Filesystem): Verdict {
  switch (format) {
    case undefined:
      return { notes: ['it has no format, so that nothing happens to it'] }
    case 'virtiofs':
      return { notes: ['it is only mounted'] }
    case '':
    case 'none':
      return wipeFilesystem
        ? { isDestructive: true, notes: ['what is there is wiped, and nothing made in its place'] }
        : { outcomes: emptyOutcomes(format === 'none' ? 'signature' : 'filesystem') }
    default:
      return wipeFilesystem ? { isDestructive: true } : { outcomes: madeOutcomes(format, { label, uuid }) }
  }
}

function emptyOutcomes(what: string): readonly Outcome[] {
  return [outcome('device-unfilled', 'nothing', what), outcome('device-filled', 'fail', `a ${what}`)]
}

function madeOutcomes(format: string, wanted: { readonly [name: string]: string | undefined }): readonly Outcome[] {
  const set = Object.keys(wanted).filter((name) => wanted[name])
  const alike = set.length === 0 ? format : `${format} with this ${set.join(' and ')}`
  return [outcome('device-blank', 'create'), outcome('device-alike', 'keep', alike), outcome('device-other', 'fail')]
}
