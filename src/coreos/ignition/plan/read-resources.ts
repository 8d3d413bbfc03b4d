import type * as types from '../model/types.ts'
import type { ContentsOptions } from '../resource/read-contents.ts'
import { type Purpose, type ResourceReading, readResource } from '../resource/read-resource.ts'

/** A resource, and what it is for. */
export interface WantedResource {
  readonly resource: types.Resource
  readonly purpose: Purpose
}

/** How many resources are looked at together. Hashes of small contents take ten times as long one by one. */
const MAX_BATCH_COUNT = 64
/** How many bytes they may have together; one that has more is alone. */
const MAX_BATCH_BYTE_LENGTH = 64 * 1024 * 1024
/** Deflate makes no more than this of a byte. */
const MAX_DEFLATE_RATIO = 1032

/** Looks at all resources; the results are found by the objects themselves. */
export async function readResources(
  wanted: Iterable<WantedResource>,
  options: ContentsOptions,
): Promise<ReadonlyMap<types.Resource, ResourceReading>> {
  const readings = new Map<types.Resource, ResourceReading>()
  let batch: WantedResource[] = []
  let batchByteLength = 0
  const flush = async (): Promise<void> => {
    options.signal?.throwIfAborted()
    const read = ({ resource, purpose }: WantedResource): Promise<ResourceReading> =>
      readResource(resource, purpose, options)
    const results = await Promise.all(batch.map(read))
    for (const [index, reading] of results.entries()) {
      const { resource } = batch[index] ?? {}
      if (resource) readings.set(resource, reading)
    }
    batch = []
    batchByteLength = 0
  }
  for (const each of wanted) {
    const byteLength = maxByteLength(each.resource)
    const isFull = batch.length >= MAX_BATCH_COUNT || batchByteLength + byteLength > MAX_BATCH_BYTE_LENGTH
    if (isFull && batch.length > 0) await flush()
    batch.push(each)
    batchByteLength += byteLength
  }
  if (batch.length > 0) await flush()
  return readings
}

function maxByteLength({ source = '', compression = '' }: types.Resource): number {
  return source.length * (compression === '' ? 1 : MAX_DEFLATE_RATIO)
}
