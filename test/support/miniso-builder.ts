import { createHash } from 'node:crypto'
import { joinBytes, memorySource, type Source } from '../../src/bytes/index.ts'
import { type Miniso, readRest, type SharedRun, shareRuns } from '../../src/formats/miniso/index.ts'
import { encodeXz, storedLzma2 } from '../../src/formats/xz/index.ts'

const SECTOR_SIZE = 2048

/** Two images with runs in common, by sectors, and the data that tells so. */
export interface MinisoSample {
  readonly full: Source
  readonly minimal: Uint8Array
  readonly miniso: Miniso
}

/** A run by sectors, as the file counts. */
export interface RunFields {
  readonly sector: number
  readonly fullSector: number
  readonly byteLength: number
}

/** The run in bytes. */
export function runOf({ sector, fullSector, byteLength }: RunFields): SharedRun {
  return { offset: sector * SECTOR_SIZE, fullOffset: fullSector * SECTOR_SIZE, byteLength }
}

/**
 * A full image of `sectorCount` sectors, and a minimal one that has these runs of it, `0xee` between them, and
 * `tailByteLength` bytes more behind the last one.
 */
export async function minisoSample(options: {
  readonly runs: readonly RunFields[]
  readonly sectorCount?: number
  readonly tailByteLength?: number
}): Promise<MinisoSample> {
  const { sectorCount = 16, tailByteLength = 100 } = options
  const fullBytes = Uint8Array.from(
    { length: sectorCount * SECTOR_SIZE },
    (_, index) => (index * 31 + (index >> 8)) % 251,
  )
  const full = memorySource(fullBytes, 'full.iso')
  const extents = options.runs.map(runOf).map(({ offset, fullOffset, byteLength }) => ({
    minimal: { offset, byteLength },
    full: { offset: fullOffset, byteLength },
  }))
  const runs = shareRuns(extents)
  const last = runs.at(-1)
  const minimal = new Uint8Array((last ? last.offset + last.byteLength : 0) + tailByteLength).fill(0xee)
  for (const { offset, fullOffset, byteLength } of runs) {
    minimal.set(fullBytes.subarray(fullOffset, fullOffset + byteLength), offset)
  }
  const rest = await readRest(memorySource(minimal), runs)
  const packedRest = await encodeXz(rest, { encoder: storedLzma2 })
  const sha256 = new Uint8Array(createHash('sha256').update(minimal).digest())
  return { full, minimal, miniso: { appVersion: '1.2.3', runs, sha256, packedRest } }
}

/** The bytes of a miniso.dat from its fields, each of which may be wrong. */
export function minisoBytes(fields: {
  readonly magic?: string
  readonly head?: readonly number[]
  readonly appVersion?: readonly number[]
  readonly table?: readonly number[]
  readonly tail?: Uint8Array
}): Uint8Array {
  const {
    magic = 'MINISO\0\0',
    head = [1],
    appVersion = [1, 0x78],
    table = [1, 0, 0, 5],
    tail = new Uint8Array(33),
  } = fields
  return joinBytes([new TextEncoder().encode(magic), Uint8Array.from([...head, ...appVersion, ...table]), tail])
}
