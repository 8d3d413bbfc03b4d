import type { RunProgram } from './run-program.ts'

/** A filesystem, or something else that is recognized, on a device of this machine. */
export interface FoundFilesystem {
  /** `/dev/sda3` */
  readonly path: string
  /** `ext4`, `swap`, `LVM2_member` */
  readonly type: string
  readonly label: string | undefined
  readonly uuid: string | undefined
}

/**
 * Lists what is on this machine's disks, or on one of them, with `lsblk`. Where that has nobody to ask, as in containers
 * without udev, `blkid` looks at the devices themselves.
 *
 * @returns nothing where that is not there or can't tell.
 */
export async function findFilesystems(run: RunProgram, disk?: string): Promise<readonly FoundFilesystem[]> {
  const columns = ['--json', '--list', '--paths', '--output', 'NAME,FSTYPE,LABEL,UUID']
  const { isDone, stdout } = await run('lsblk', [...columns, ...(disk === undefined ? [] : ['--', disk])])
  if (!isDone) return []
  const listed = parseDevices(stdout)
  // What is reached in several ways, as by multipath, is listed once for each.
  const devices = listed.filter(({ path }, index) => listed.findIndex((other) => other.path === path) === index)
  const isTold = devices.some(({ type }) => type !== undefined)
  const probed = isTold ? devices : await Promise.all(devices.map(({ path }) => probe(path, run)))
  return probed.flatMap(({ path, type, label, uuid }) => (type === undefined ? [] : [{ path, type, label, uuid }]))
}

/**
 * The filesystems with the label `boot` on other disks than the one that was installed on. With several of them, a machine
 * may start with the wrong one.
 */
export function otherBootFilesystems(
  all: readonly FoundFilesystem[],
  own: readonly FoundFilesystem[],
): readonly FoundFilesystem[] {
  const ownPaths = new Set(own.map(({ path }) => path))
  const ownIds = new Set(own.flatMap(({ uuid }) => uuid ?? []))
  return all.filter(({ path, type, label, uuid }, index) => {
    const isCopy = uuid !== undefined && all.findIndex((other) => other.label === 'boot' && other.uuid === uuid) < index
    const isOwn = ownPaths.has(path) || (uuid !== undefined && ownIds.has(uuid))
    return label === 'boot' && type !== 'linux_raid_member' && !isOwn && !isCopy
  })
}

type Device = Pick<FoundFilesystem, 'path' | 'label' | 'uuid'> & { readonly type: string | undefined }

async function probe(path: string, run: RunProgram): Promise<Device> {
  const { stdout } = await run('blkid', ['-p', '-o', 'export', '--', path])
  // One KEY=value a line; what could end a line is written otherwise.
  const value = (key: string): string | undefined => new RegExp(`^${key}=(.+)$`, 'm').exec(stdout)?.[1]
  return { path, type: value('TYPE'), label: value('LABEL'), uuid: value('UUID') }
}

function parseDevices(text: string): readonly Device[] {
  let devices: unknown
  try {
    devices = (JSON.parse(text) as { blockdevices?: unknown }).blockdevices
  } catch {
    return []
  }
  if (!Array.isArray(devices)) return []
  return devices.flatMap((device: unknown) => {
    const [path, type, label, uuid] = ['name', 'fstype', 'label', 'uuid'].map((key) => textAt(device, key))
    return path === undefined ? [] : [{ path, type, label, uuid }]
  })
}

function textAt(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const text: unknown = Reflect.get(value, key)
  return typeof text === 'string' && text !== '' ? text : undefined
}
