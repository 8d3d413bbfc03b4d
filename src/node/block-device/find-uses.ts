import { findSystemMountPoints, mountOf, readMounts } from './mounts.ts'
import { readSwaps } from './swaps.ts'
import { devicePathOf, type SystemFiles } from './system-files.ts'

/** A block device that is in use, or on which there is one that is. */
export interface DeviceUse {
  /** As people know it: `/dev/sda1`, `/dev/mapper/vg-root`. */
  readonly path: string
  /** What it is made into what lies below it for. */
  readonly kind: 'disk' | 'partition' | 'lvm' | 'crypt' | 'multipath' | 'mapping' | 'raid' | 'loop'
  /** What a loop device makes a device of, where that is a file on a filesystem of the device below; `null` otherwise. */
  readonly backingFile: string | null
  readonly mountPoints: readonly string[]
  readonly isSwap: boolean
  /** Files on its filesystem that the system swaps to. */
  readonly swapFiles: readonly string[]
  /** Whether the running system is on it, itself or through what is on it. */
  readonly isSystem: boolean
  /** Its partitions and what is made of it, as far as they are in use. */
  readonly on: readonly DeviceUse[]
}

/** Keys are kernel names. */
interface Facts {
  readonly files: SystemFiles
  readonly mountPoints: ReadonlyMap<string, readonly string[]>
  readonly systemMountPoints: ReadonlySet<string>
  readonly swaps: ReadonlySet<string>
  readonly swapFiles: ReadonlyMap<string, readonly string[]>
  /** What loop devices are made of. */
  readonly backingFiles: ReadonlyMap<string, string>
  /** Those loop devices that are made of files on the filesystem of a device, by its kernel name. */
  readonly fileLoops: ReadonlyMap<string, readonly string[]>
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

async function readFacts(files: SystemFiles): Promise<Facts> {
  const mounts = await readMounts(files)
  const backingFiles = new Map<string, string>()
  for (const name of await files.list('/sys/block')) {
    const file = await files.read(`/sys/block/${name}/loop/backing_file`)
    if (file !== undefined) backingFiles.set(name, file)
  }
  const swaps = await readSwaps(files)
  const devicesOf = (path: string): readonly string[] => mountOf(path, mounts)?.devices ?? []
  const images = [...backingFiles].filter(([, file]) => !file.startsWith('/dev/'))
  return {
    files,
    mountPoints: groupByDevice(mounts.map(({ devices, mountPoint }) => [devices, mountPoint])),
    systemMountPoints: findSystemMountPoints(mounts, backingFiles),
    swaps: swaps.devices,
    swapFiles: groupByDevice(swaps.files.map((file) => [devicesOf(file), file])),
    backingFiles,
    fileLoops: groupByDevice(images.map(([loop, file]) => [devicesOf(file), loop])),
  }
}

function groupByDevice(
  entries: readonly (readonly [devices: readonly string[], value: string])[],
): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>()
  for (const [devices, value] of entries) {
    for (const device of devices) groups.set(device, [...(groups.get(device) ?? []), value])
  }
  return groups
}

/** @param seen kernel names on the way here: no tree of devices has itself in it, but files may say anything. */
async function findUse(facts: Facts, name: string, seen: ReadonlySet<string>): Promise<DeviceUse | undefined> {
  const { files, systemMountPoints, backingFiles } = facts
  if (seen.has(name)) return undefined
  const path = await devicePath(files, name)
  const parts = await partitionsOf(files, name)
  const loops = [...backingFiles].filter(([, file]) => file === path || file === `/dev/${name}`).map(([loop]) => loop)
  const fileLoops = facts.fileLoops.get(name) ?? []
  const holders = [...(await files.list(`/sys/class/block/${name}/holders`)), ...loops, ...fileLoops]
  const on: DeviceUse[] = []
  for (const other of [...parts, ...holders]) {
    const use = await findUse(facts, other, new Set([...seen, name]))
    const backingFile = fileLoops.includes(other) ? (backingFiles.get(other) ?? null) : null
    if (use) on.push({ ...use, backingFile })
  }
  const mountPoints = facts.mountPoints.get(name) ?? []
  const isSwap = facts.swaps.has(name)
  const kind = await kindOf(files, name)
  // What is made of something is a use of it, even when nobody uses it in turn; a partition is not.
  const isUse = mountPoints.length > 0 || isSwap || on.length > 0 || (seen.size > 0 && kind !== 'partition')
  if (!isUse) return undefined
  const isSystem = on.some((use) => use.isSystem) || mountPoints.some((mountPoint) => systemMountPoints.has(mountPoint))
  const swapFiles = facts.swapFiles.get(name) ?? []
  return { path, kind, backingFile: null, mountPoints, isSwap, swapFiles, isSystem, on }
}

/** Kernel names of a disk's partitions. */
export async function partitionsOf(files: SystemFiles, name: string): Promise<readonly string[]> {
  const names = (await files.list(`/sys/class/block/${name}`)).filter((inside) => inside.startsWith(name))
  const numbers = await Promise.all(names.map((inside) => files.read(`/sys/class/block/${name}/${inside}/partition`)))
  return names.filter((_, index) => numbers[index] !== undefined)
}

async function devicePath(files: SystemFiles, name: string): Promise<string> {
  const mapped = await files.read(`/sys/class/block/${name}/dm/name`)
  return mapped === undefined ? devicePathOf(name) : `/dev/mapper/${mapped}`
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
