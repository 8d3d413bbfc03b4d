import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, chmod, copyFile, readFile, rename } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Extent } from '../../src/bytes/index.ts'
import type { SectorSize } from '../../src/formats/gpt/index.ts'
import { MIB } from './partitioned-disk.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const SCRIPT: string = fileURLToPath(new URL('metal-image.sh', import.meta.url))

/** What {@link makeMetalImage} runs, for `needs()`. */
export const METAL_IMAGE_NEEDS: readonly string[] = [
  'bash',
  '/usr/sbin/fdisk',
  '/usr/sbin/mkfs.ext4',
  '/usr/sbin/mkfs.vfat',
]

/** What it runs besides for an XFS boot partition. */
export const METAL_IMAGE_XFS_NEEDS: readonly string[] = [...METAL_IMAGE_NEEDS, '/usr/sbin/mkfs.xfs']

/** Options of {@link makeMetalImage}. */
export interface MetalImageOptions {
  /** 512 unless given. */
  readonly sectorSize?: SectorSize
  /** ext4 unless given. */
  readonly bootFilesystem?: 'ext4' | 'xfs'
}

/** A small disk image with the partitions of real ones. */
export interface MetalImage {
  /** Not to be written to: tests share it. */
  readonly path: string
  readonly byteLength: number
  /** By number, from 1. */
  readonly partitions: readonly { readonly number: number; readonly name: string; readonly extent: Extent }[]
  /** Where the boot filesystem is. */
  readonly boot: Extent
}

/**
 * An image such as real ones are, of 40 MiB: BIOS-BOOT, EFI-SYSTEM, boot and root in a GPT. Two boot entries, of which
 * `loader/entries/ostree-2-lab-coreos.conf` counts; `loader` is a symbolic link; `grub2/grub.cfg` has the console's markers.
 *
 * It is made once and kept in the system's temporary directory. {@link copyMetalImage} gives one to write to.
 */
export async function makeMetalImage(options: MetalImageOptions = {}): Promise<MetalImage> {
  const { sectorSize = 512, bootFilesystem = 'ext4' } = options
  const key = createHash('sha256').update(await readFile(SCRIPT))
  const name = `isokit-metal-${sectorSize}-${bootFilesystem}-${key.digest('hex').slice(0, 16)}.raw`
  const path = join(tmpdir(), name)
  if (!(await exists(path))) {
    await using directory = await temporaryDirectory()
    const made = join(directory.path, name)
    await promisify(execFile)('bash', [SCRIPT, made, String(sectorSize), bootFilesystem])
    await chmod(made, 0o444)
    await rename(made, path) // whole or not at all, whoever else makes it now
  }
  const partitions = [
    { number: 1, name: 'BIOS-BOOT', extent: mebibytes(1, 1) },
    { number: 2, name: 'EFI-SYSTEM', extent: mebibytes(2, 4) },
    { number: 3, name: 'boot', extent: mebibytes(6, 20) },
    { number: 4, name: 'root', extent: mebibytes(26, 13) },
  ]
  return { path, byteLength: 40 * MIB, partitions, boot: mebibytes(6, 20) }
}

/** The image of {@link makeMetalImage} under another path, to be written to. */
export async function copyMetalImage(path: string, options: MetalImageOptions = {}): Promise<MetalImage> {
  const image = await makeMetalImage(options)
  await copyFile(image.path, path)
  await chmod(path, 0o600)
  return { ...image, path }
}

function mebibytes(start: number, count: number): Extent {
  return { offset: start * MIB, byteLength: count * MIB }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
