import type { ReadOptions, Source } from '../../bytes/index.ts'
import { type Gpt, readGpt } from './gpt.ts'
import { decodeMbr, MBR_BYTE_LENGTH, type Mbr } from './mbr.ts'

/** The partition tables at the start of an image that boots from a CD and from a USB drive. */
export interface HybridLayout {
  readonly mbr: Mbr | undefined
  readonly gpt: Gpt | undefined
  /** Whether an Apple partition map is there as well. */
  readonly hasApplePartitionMap: boolean
}

/** Where the first entry of an Apple partition map may stand: behind one sector of a disk, or of a CD. */
const APPLE_MAP_OFFSETS: readonly number[] = [512, 2048]

/**
 * Reads the partition tables at the start of an image. Damaged tables are reported, not refused.
 *
 * @returns `undefined` when there are none: the image boots only as a CD.
 */
export async function readHybridLayout(source: Source, options: ReadOptions = {}): Promise<HybridLayout | undefined> {
  if (source.byteLength < MBR_BYTE_LENGTH) return undefined
  const mbr = decodeMbr(await source.read(0, MBR_BYTE_LENGTH, options))
  const gpt = await readGpt(source, options)
  const hasApplePartitionMap = await hasAppleMap(source, options)
  if (!mbr && !gpt && !hasApplePartitionMap) return undefined
  return { mbr, gpt, hasApplePartitionMap }
}

async function hasAppleMap(source: Source, options: ReadOptions): Promise<boolean> {
  for (const offset of APPLE_MAP_OFFSETS) {
    if (source.byteLength < offset + 2) continue
    const [first, second] = await source.read(offset, 2, options)
    if (first === 0x50 && second === 0x4d) return true // PM
  }
  return false
}
