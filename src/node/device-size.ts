import { type FileHandle, readFile } from 'node:fs/promises'

const SYSFS_SECTOR_BYTE_LENGTH = 512
/** Step and alignment of probing reads: a multiple of every sector size in use, since raw devices refuse other reads. */
const PROBE_BYTE_LENGTH = 4096
/** Where probing gives up doubling, 2^52: no device is larger, and offsets stay safe integers. */
const MAX_PROBE_OFFSET = 2 ** 52

/** Options of {@link readDeviceByteLength}. */
export interface DeviceSizeOptions {
  /** Device number, as `stat` gives it. */
  readonly deviceNumber: number
  /** Whether Linux's sysfs may be asked. */
  readonly fastPaths: boolean
}

/**
 * The size of a block device, for which `stat` says 0: from sysfs on Linux, otherwise by finding the last offset that can
 * be read.
 */
export async function readDeviceByteLength(device: FileHandle, options: DeviceSizeOptions): Promise<number> {
  const known = options.fastPaths ? await readSysfsByteLength(options.deviceNumber) : undefined
  return known ?? probeByteLength(device)
}

async function readSysfsByteLength(deviceNumber: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined
  // Linux packs major and minor into 64 bits with the later, wider halves outside the older, narrower ones.
  const packed = BigInt(deviceNumber)
  const major = ((packed >> 8n) & 0xfffn) | ((packed >> 32n) & 0xfffff000n)
  const minor = (packed & 0xffn) | ((packed >> 12n) & 0xffffff00n)
  try {
    const sectorCount = Number(await readFile(`/sys/dev/block/${major}:${minor}/size`, 'latin1'))
    return Number.isSafeInteger(sectorCount) && sectorCount > 0 ? sectorCount * SYSFS_SECTOR_BYTE_LENGTH : undefined
  } catch {
    return undefined // no sysfs in this container: probing works as well
  }
}

async function probeByteLength(device: FileHandle): Promise<number> {
  const buffer = new Uint8Array(PROBE_BYTE_LENGTH)
  const readableAt = async (offset: number): Promise<number> => {
    try {
      return (await device.read(buffer, 0, PROBE_BYTE_LENGTH, offset)).bytesRead
    } catch {
      return 0 // behind the end, some systems say EINVAL, ENXIO or EIO
    }
  }
  if ((await readableAt(0)) === 0) return 0
  let inside = 0 // units of probes, readable
  let outside = 1
  while (outside * PROBE_BYTE_LENGTH < MAX_PROBE_OFFSET && (await readableAt(outside * PROBE_BYTE_LENGTH)) > 0) {
    inside = outside
    outside *= 2
  }
  while (outside - inside > 1) {
    const middle = Math.floor((inside + outside) / 2)
    if ((await readableAt(middle * PROBE_BYTE_LENGTH)) > 0) inside = middle
    else outside = middle
  }
  return inside * PROBE_BYTE_LENGTH + (await readableAt(inside * PROBE_BYTE_LENGTH))
}
