import { stat } from 'node:fs/promises'
import { ImageError, IoError } from '../../errors.ts'
import { withIoError } from '../system-error.ts'
import { devicePathOf, formatDeviceNumber, readKernelName, type SystemFiles } from './system-files.ts'

/** A disk, as the system describes it. */
export interface DiskDescription {
  /** What the kernel calls it, such as `sda`. */
  readonly kernelName: string
  readonly byteLength: number
  /** Bytes of a logical sector. */
  readonly sectorSize: number
  /** Vendor and model, as far as the system knows. */
  readonly model: string | undefined
  readonly serial: string | undefined
}

/** Sizes in sysfs are counted in these, whatever the disk's own sectors are. */
const SYSFS_SECTOR_BYTE_LENGTH = 512

/**
 * Describes the disk at a path, also behind symbolic links such as those in `/dev/disk/by-id`.
 *
 * @throws {IoError} `NOT_A_DISK` for files, for partitions, and for drives without a medium; `READ_ONLY`, `FILE_NOT_FOUND`.
 * @throws {ImageError} `INSTALL_UNSUPPORTED` for DASDs.
 */
export async function describeDisk(path: string, files: SystemFiles): Promise<DiskDescription> {
  const stats = await withIoError(`open ${path}`, () => stat(path, { bigint: true }))
  if (!stats.isBlockDevice()) {
    throw notADisk(path, 'it is not a block device', 'Choose a disk, or make a new image file with --to-file')
  }
  const name = await readKernelName(files, formatDeviceNumber(stats.rdev))
  if (name === undefined) throw notADisk(path, 'the system does not describe it in /sys', 'Mount sysfs on /sys')
  return await describeKernelDisk(name, { path, files })
}

/** The same, by the kernel's name. */
export async function describeKernelDisk(
  kernelName: string,
  { path, files }: { readonly path: string; readonly files: SystemFiles },
): Promise<DiskDescription> {
  const read = (name: string): Promise<string | undefined> => files.read(`/sys/class/block/${kernelName}/${name}`)
  if ((await read('partition')) !== undefined) {
    const parent = (await files.follow(`/sys/class/block/${kernelName}`))?.split('/').at(-2)
    throw notADisk(
      path,
      'it is a partition',
      `Install on the whole disk, ${parent ? devicePathOf(parent) : 'not a part'}`,
    )
  }
  if (kernelName.startsWith('dasd')) {
    throw new ImageError('INSTALL_UNSUPPORTED', `Cannot install on ${path}: isokit does not write DASDs of IBM Z`, {
      hint: 'Install there with coreos-installer',
    })
  }
  if ((await read('ro')) === '1') {
    throw new IoError('READ_ONLY', `Cannot install on ${path}: it is read-only`, {
      hint: 'Remove its write protection, or choose another disk',
    })
  }
  const byteLength = Number(await read('size')) * SYSFS_SECTOR_BYTE_LENGTH
  if (!(Number.isSafeInteger(byteLength) && byteLength > 0)) {
    throw notADisk(path, 'it has no size', 'Put a medium into the drive, or choose another disk')
  }
  const sectorSize = Number(await read('queue/logical_block_size'))
  if (![512, 1024, 2048, 4096].includes(sectorSize)) {
    throw notADisk(path, `its sectors have ${sectorSize} bytes`, 'Choose another disk')
  }
  const names = [await read('device/vendor'), await read('device/model')]
  // A number where a vendor's name would be is that of its bus.
  const model = names.flatMap((part) => (part && !part.startsWith('0x') ? [part.trim()] : [])).join(' ')
  const serial = (await read('serial'))?.trim() || (await read('device/serial'))?.trim()
  return { kernelName, byteLength, sectorSize, model: model || undefined, serial: serial || undefined }
}

function notADisk(path: string, problem: string, hint: string): IoError {
  return new IoError('NOT_A_DISK', `Cannot install on ${path}: ${problem}`, { hint })
}
