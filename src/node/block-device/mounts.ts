import { kernelNameAt, readKernelName, type SystemFiles, unescapeOctal } from './system-files.ts'

/** A mounted filesystem. */
export interface Mount {
  readonly mountPoint: string
  /** Kernel names of the devices that it is on, as far as they are known. */
  readonly devices: readonly string[]
  /** Directories of other filesystems that it is made of. */
  readonly layers: readonly string[]
}

/** Without these no system goes on. */
const SYSTEM_MOUNT_POINTS = ['/', '/boot', '/boot/efi', '/etc', '/sysroot', '/usr', '/var', '/run/media/iso']

/** Reads what is mounted, also on several devices at once, as btrfs does. */
export async function readMounts(files: SystemFiles): Promise<readonly Mount[]> {
  const text = (await files.read('/proc/self/mountinfo')) ?? ''
  const groups = await readBtrfsGroups(files)
  const mounts: Mount[] = []
  for (const line of text.split('\n')) {
    // proc(5): id, parent, major:minor, root, mount point, options, any number of tags, `-`, type, source, more options
    const words = line.split(' ')
    const separator = words.indexOf('-', 6)
    const [, , deviceNumber = '', , mountPoint = ''] = words
    const [type = '', source = '', options = ''] = words.slice(separator + 1)
    if (separator < 0) continue
    const device = (await readKernelName(files, deviceNumber)) ?? (await nameOfSource(files, unescapeOctal(source)))
    const group = type === 'btrfs' ? groups.find((names) => device !== undefined && names.includes(device)) : undefined
    mounts.push({
      mountPoint: unescapeOctal(mountPoint),
      devices: group ?? (device === undefined ? [] : [device]),
      layers: type === 'overlay' ? overlayLayers(options) : [],
    })
  }
  return mounts
}

/**
 * The mount points that the running system is on: the usual ones, and those that have layers or image files of them.
 *
 * @param backingFiles what loop devices are made of, by kernel name.
 */
export function findSystemMountPoints(
  mounts: readonly Mount[],
  backingFiles: ReadonlyMap<string, string>,
): ReadonlySet<string> {
  const found = new Set(SYSTEM_MOUNT_POINTS)
  for (let known = 0; known !== found.size; ) {
    known = found.size
    for (const { layers, devices } of mounts.filter(({ mountPoint }) => found.has(mountPoint))) {
      const files = devices.map((device) => backingFiles.get(device) ?? '')
      for (const path of [...layers, ...files].filter((path) => path.startsWith('/'))) {
        found.add(mountOf(path, mounts)?.mountPoint ?? '/')
      }
    }
  }
  return found
}

/** The mount that a file is on: the one nearest to it, and of several at one place the last, which hides the others. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  const above = mounts.filter(({ mountPoint }) => `${path}/`.startsWith(mountPoint === '/' ? '/' : `${mountPoint}/`))
  return above.reduce<Mount | undefined>(
    (nearest, next) => (next.mountPoint.length >= (nearest?.mountPoint.length ?? 0) ? next : nearest),
    undefined,
  )
}

/** Filesystems on several devices, which mountinfo gives one of. Linux lists those that are mounted. */
async function readBtrfsGroups(files: SystemFiles): Promise<readonly (readonly string[])[]> {
  const ids = await files.list('/sys/fs/btrfs')
  return await Promise.all(ids.map((id) => files.list(`/sys/fs/btrfs/${id}/devices`)))
}

async function nameOfSource(files: SystemFiles, source: string): Promise<string | undefined> {
  const name = kernelNameAt(source)
  if (name === undefined) return undefined
  if ((await files.read(`/sys/class/block/${name}/dev`)) !== undefined) return name
  const mapped = name.replace(/^mapper!/, '')
  for (const other of (await files.list('/sys/class/block')).filter((other) => other.startsWith('dm-'))) {
    if ((await files.read(`/sys/class/block/${other}/dm/name`)) === mapped) return other
  }
  return undefined
}

function overlayLayers(options: string): readonly string[] {
  return options.split(',').flatMap((option) => {
    const [key = '', value = ''] = option.split('=', 2)
    return /^(lowerdir\+?|upperdir|datadir\+)$/.test(key) ? unescapeOctal(value).split(':') : []
  })
}
