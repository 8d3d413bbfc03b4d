import { findSystemMountPoints, readMounts } from './mounts.ts'
import type { SystemFiles } from './system-files.ts'

/** A block device that is in use, or on which there is one that is. */
export interface DeviceUse {
  /** As people know it: `/dev/sda1`, `/dev/mapper/vg-root`. */
  readonly path: string
  /** What it is made into what lies below it for. */
  readonly kind: 'disk' | 'partition' | 'lvm' | 'crypt' | 'multipath' | 'mapping' | 'raid' | 'loop'
  readonly mountPoints: readonly string[]
  readonly isSwap: boolean
  /** Whether the running system is on it, itself or through what is on it. */
  readonly isSystem: boolean
  /** Its partitions and what is made of it, as far as they are in use. */
  readonly on: readonly DeviceUse[]
}

interface Facts {
  readonly files: SystemFiles
  /** Mount points by kernel name. */
  readonly mountPoints: ReadonlyMap<string, readonly string[]>
  readonly systemMountPoints: ReadonlySet<string>
  /** Kernel names. */
  readonly swaps: ReadonlySet<string>
  /** What loop devices are made of, by kernel name. */
  readonly backingFiles: ReadonlyMap<string, string>
}

/**
 * Finds out what uses a disk: what is mounted of it and its partitions, also by way of LVM, RAID, encryption, multipath and
 * loop devices, and where the system swaps to.
 *
 * @param kernelName such as `sda`.
 * @returns `undefined` when nothing does, as far as can be seen from here.
 */
export async function findUses(files: SystemFiles, kernelName: string): Promise<DeviceUse | undefined> {
  return await findUse(await readFacts(files), kernelName, new Set())
}

/** Says how a disk is used, a line for each use. */
export function formatUses(use: DeviceUse): readonly string[] {
  return linesOf(use, use.path)
}

/** @param here how the device is called in the lines, by way of what lies below it. */
function linesOf({ mountPoints, isSwap, on }: DeviceUse, here: string): readonly string[] {
  const lines = mountPoints.map((mountPoint) => `${here} is mounted on ${mountPoint}`)
  if (isSwap) lines.push(`${here} is swap space`)
  for (const user of on) {
    const { kind, path } = user
    const isPart = kind === 'disk' || kind === 'partition'
    lines.push(...linesOf(user, isPart ? path : `${here}, in ${path} (${KIND_NAMES[kind]}),`))
  }
  if (lines.length === 0) lines.push(`${here} is active`)
  return lines
}

const KIND_NAMES: Readonly<Record<Exclude<DeviceUse['kind'], 'disk' | 'partition'>, string>> = {
  lvm: 'LVM',
  crypt: 'encryption',
  multipath: 'multipath',
  mapping: 'device mapper',
  raid: 'RAID',
  loop: 'loop device',
}

async function readFacts(files: SystemFiles): Promise<Facts> {
  const mounts = await readMounts(files)
  const mountPoints = new Map<string, string[]>()
  for (const { devices, mountPoint } of mounts) {
    for (const device of devices) mountPoints.set(device, [...(mountPoints.get(device) ?? []), mountPoint])
  }
  const backingFiles = new Map<string, string>()
  for (const name of await files.list('/sys/block')) {
    const file = await files.read(`/sys/block/${name}/loop/backing_file`)
    if (file !== undefined) backingFiles.set(name, file)
  }
  const systemMountPoints = findSystemMountPoints(mounts, backingFiles)
  return { files, mountPoints, systemMountPoints, swaps: await readSwaps(files), backingFiles }
}

async function readSwaps(files: SystemFiles): Promise<ReadonlySet<string>> {
  const [, ...lines] = ((await files.read('/proc/swaps')) ?? '').split('\n')
  // Swap on a mapped device is listed as /dev/dm-0, too.
  return new Set(lines.map((line) => line.split(/\s/, 1)[0]?.replace(/^\/dev\//, '') ?? ''))
}

/** @param seen kernel names on the way here: no tree of devices has itself in it, but files may say anything. */
async function findUse(facts: Facts, name: string, seen: ReadonlySet<string>): Promise<DeviceUse | undefined> {
  const { files, mountPoints, systemMountPoints, swaps, backingFiles } = facts
  if (seen.has(name)) return undefined
  const path = await devicePath(files, name)
  const parts = await partitionsOf(files, name)
  const loops = [...backingFiles].filter(([, file]) => file === path || file === `/dev/${name}`).map(([loop]) => loop)
  const holders = [...(await files.list(`/sys/class/block/${name}/holders`)), ...loops]
  const on: DeviceUse[] = []
  for (const other of [...parts, ...holders]) {
    const use = await findUse(facts, other, new Set([...seen, name]))
    if (use) on.push(use)
  }
  const mountedOn = mountPoints.get(name) ?? []
  const isSwap = swaps.has(name)
  const kind = await kindOf(files, name)
  // What is made of something is a use of it, even when nobody uses it in turn; a partition is not.
  const isUse = mountedOn.length > 0 || isSwap || on.length > 0 || (seen.size > 0 && kind !== 'partition')
  if (!isUse) return undefined
  const isSystem = on.some((use) => use.isSystem) || mountedOn.some((mountPoint) => systemMountPoints.has(mountPoint))
  return { path, kind, mountPoints: mountedOn, isSwap, isSystem, on }
}

/** Kernel names of a disk's partitions. */
export async function partitionsOf(files: SystemFiles, name: string): Promise<readonly string[]> {
  const names = (await files.list(`/sys/class/block/${name}`)).filter((inside) => inside.startsWith(name))
  const numbers = await Promise.all(names.map((inside) => files.read(`/sys/class/block/${name}/${inside}/partition`)))
  return names.filter((_, index) => numbers[index] !== undefined)
}

async function devicePath(files: SystemFiles, name: string): Promise<string> {
  const mapped = await files.read(`/sys/class/block/${name}/dm/name`)
  return mapped === undefined ? `/dev/${name.replaceAll('!', '/')}` : `/dev/mapper/${mapped}`
}

async function kindOf(files: SystemFiles, name: string): Promise<DeviceUse['kind']> {
  if ((await files.read(`/sys/class/block/${name}/partition`)) !== undefined) return 'partition'
  if (name.startsWith('md')) return 'raid'
  if (name.startsWith('loop')) return 'loop'
  const id = await files.read(`/sys/class/block/${name}/dm/uuid`)
  if (id?.startsWith('LVM-')) return 'lvm'
  if (id?.startsWith('CRYPT-')) return 'crypt'
  if (id?.startsWith('mpath-')) return 'multipath'
  if (id?.startsWith('part')) return 'partition'
  return name.startsWith('dm-') ? 'mapping' : 'disk'
}
