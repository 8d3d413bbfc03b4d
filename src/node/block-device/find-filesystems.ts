import type { RunProgram } from './run-program.ts'

/** A filesystem, or something else that is recognized, on a device of this machine. */
export interface FoundFilesystem {
  /** `/dev/sda3` */
  readonly path: string
  /** `ext4`, `swap`, `LVM2_member` */
  readonly type: string
  readonly label: string | undefined
  readonly uuid: string | undefined
  readonly byteLength: number | undefined
}

/** A partition, or a disk that is used as a whole. */
export interface FoundContent extends Pick<FoundFilesystem, 'path' | 'byteLength'> {
  /** `undefined` for what nobody recognizes: no filesystem, or one that this system does not know. */
  readonly type: string | undefined
  /** Of the filesystem, or else the name of the partition. */
  readonly label: string | undefined
}

/**
 * Lists the filesystems on this machine's disks, or on one of them, with `lsblk`. Where that has nobody to ask, as in
 * containers without udev, `blkid` looks at the devices themselves.
 *
 * @returns nothing where that is not there or can't tell.
 */
export async function findFilesystems(run: RunProgram, disk?: string): Promise<readonly FoundFilesystem[]> {
  const devices = await listDevices(run, disk)
  return devices.flatMap(({ path, type, label, uuid, byteLength }) =>
    type === undefined ? [] : [{ path, type, label, uuid, byteLength }],
  )
}

/** Lists what would be lost with a disk: its partitions, and what is on it without any. */
export async function findContents(run: RunProgram, disk: string): Promise<readonly FoundContent[]> {
  const devices = await listDevices(run, disk)
  return devices
    .filter(({ isPartition, type }) => isPartition || type !== undefined)
    .map(({ path, type, label, partitionName, byteLength }) => ({
      path,
      type,
      label: label ?? partitionName,
      byteLength,
    }))
}

async function listDevices(run: RunProgram, disk: string | undefined): Promise<readonly Device[]> {
  const columns = ['--json', '--list', '--paths', '--bytes', '--output', 'NAME,TYPE,SIZE,FSTYPE,LABEL,UUID,PARTLABEL']
  const { isDone, stdout } = await run('lsblk', [...columns, ...(disk === undefined ? [] : ['--', disk])])
  if (!isDone) return []
  const listed = parseDevices(stdout)
  // What is reached in several ways, as by multipath, is listed once for each.
  const devices = listed.filter(({ path }, index) => listed.findIndex((other) => other.path === path) === index)
  const isTold = devices.some(({ type }) => type !== undefined)
  return isTold ? devices : await Promise.all(devices.map(async (device) => await probe(device, run)))
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

interface Device extends Omit<FoundFilesystem, 'type'> {
  readonly type: string | undefined
  readonly isPartition: boolean
  readonly partitionName: string | undefined
}

async function probe(device: Device, run: RunProgram): Promise<Device> {
  const { stdout } = await run('blkid', ['-p', '-o', 'export', '--', device.path])
  // One KEY=value a line; what could end a line is written otherwise.
  const value = (key: string): string | undefined => new RegExp(`^${key}=(.+)$`, 'm').exec(stdout)?.[1]
  const partitionName = device.partitionName ?? value('PART_ENTRY_NAME')
  return { ...device, type: value('TYPE'), label: value('LABEL'), uuid: value('UUID'), partitionName }
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
    const path = textAt(device, 'name')
    if (path === undefined) return []
    const size = Number(textAt(device, 'size'))
    return [
      {
        path,
        type: textAt(device, 'fstype'),
        label: textAt(device, 'label'),
        uuid: textAt(device, 'uuid'),
        byteLength: Number.isSafeInteger(size) ? size : undefined,
        isPartition: textAt(device, 'type') === 'part',
        partitionName: textAt(device, 'partlabel'),
      },
    ]
  })
}

/** Numbers are text in what older versions write. */
function textAt(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const field: unknown = Reflect.get(value, key)
  const text = typeof field === 'number' ? String(field) : field
  return typeof text === 'string' && text !== '' ? text : undefined
}
