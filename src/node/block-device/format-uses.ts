import type { DeviceUse } from './find-uses.ts'

const KIND_NAMES: Readonly<Record<DeviceUse['kind'], string>> = {
  disk: 'disk',
  partition: 'partition',
  lvm: 'LVM',
  crypt: 'encryption',
  multipath: 'multipath',
  mapping: 'device mapper',
  raid: 'RAID',
  loop: 'loop device',
}

/**
 * Says how a disk is used, as a tree: a line for each device, indented below what it is on.
 *
 * @returns lines without line ends in them, whatever names and mount points have.
 */
export function formatUses(use: DeviceUse): readonly string[] {
  const { path, kind, backingFile, mountPoints, isSwap, swapFiles, on } = use
  const uses = [
    ...mountPoints.map((mountPoint) => `mounted on ${mountPoint}`),
    ...(isSwap ? ['swap space'] : []),
    ...swapFiles.map((file) => `swap file ${file}`),
  ]
  const kindName = backingFile === null ? KIND_NAMES[kind] : `${KIND_NAMES[kind]} of ${backingFile}`
  const line = `${path} (${kindName})${uses.length === 0 ? '' : `: ${uses.join(', ')}`}`
  return [line.replaceAll('\n', '\\n'), ...on.flatMap(formatUses).map((below) => `  ${below}`)]
}
