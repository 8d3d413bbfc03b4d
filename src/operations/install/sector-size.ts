import { ImageError } from '../../errors.ts'
import type { SectorSize } from '../../formats/gpt/index.ts'
import type { InstallTarget } from './install-target.ts'

/**
 * The sector size of a disk, where it is one that images are made for.
 *
 * @throws {ImageError} `SECTOR_SIZE_MISMATCH`
 */
export function requireSectorSize({ name, sectorSize }: Pick<InstallTarget, 'name' | 'sectorSize'>): SectorSize {
  if (sectorSize === 512 || sectorSize === 4096) return sectorSize
  throw new ImageError(
    'SECTOR_SIZE_MISMATCH',
    `Cannot use ${name}: it has sectors of ${sectorSize} bytes, and images are for sectors of 512 or 4096 bytes`,
    { hint: 'Use another disk' },
  )
}
