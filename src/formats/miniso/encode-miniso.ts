import { encodeUtf8, joinBytes } from '../../bytes/index.ts'
import { MINISO_MAGIC, MINISO_SECTOR_SIZE, MINISO_VERSION } from './layout.ts'
import type { Miniso } from './miniso.ts'
import { encodeVarint } from './varint.ts'

/** Encodes a miniso.dat; the runs start at whole sectors, and `sha256` has 32 bytes. The same value gives the same bytes. */
export function encodeMiniso({ appVersion, runs, sha256, packedRest }: Miniso): Uint8Array {
  const name = encodeUtf8(appVersion)
  const table = runs.flatMap(({ offset, fullOffset, byteLength }) => [
    ...encodeVarint(sectorOf(offset)),
    ...encodeVarint(sectorOf(fullOffset)),
    ...encodeVarint(byteLength),
  ])
  return joinBytes([
    Uint8Array.from([...MINISO_MAGIC, ...encodeVarint(MINISO_VERSION), ...encodeVarint(name.byteLength)]),
    name,
    Uint8Array.from(encodeVarint(runs.length)),
    Uint8Array.from(table),
    sha256,
    Uint8Array.from(encodeVarint(packedRest.byteLength)),
    packedRest,
  ])
}

function sectorOf(offset: number): number {
  if (offset % MINISO_SECTOR_SIZE === 0) return offset / MINISO_SECTOR_SIZE
  throw new RangeError(`A run at offset ${offset} doesn't start with a sector`)
}
