import type { ReadOptions } from '../../bytes/index.ts'
import type { Iso9660 } from './iso.ts'
import { SYSTEM_AREA_BYTE_LENGTH } from './layout.ts'

/** Whether the system area, the first 32768 bytes, holds nothing: then the image boots only as a CD. */
export async function isSystemAreaBlank(iso: Iso9660, options?: ReadOptions): Promise<boolean> {
  const bytes = await iso.source.read(0, SYSTEM_AREA_BYTE_LENGTH, options)
  return bytes.every((byte) => byte === 0)
}
