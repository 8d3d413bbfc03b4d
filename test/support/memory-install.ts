import type { BootChange, BootPartition } from '../../src/coreos/index.ts'
import {
  type ImageInput,
  type InstallPlan,
  type InstallProgress,
  openImageStream,
  partitionFilter,
  planInstall,
  type RunInstallOptions,
  readSavedPartitions,
  runInstall,
  type StreamCheck,
  type TargetState,
} from '../../src/operations/index.ts'
import { type MemoryTarget, type MemoryTargetOptions, memoryTarget } from './memory-target.ts'
import { diskBytes, MIB, partition, partitionsOf, testGuid } from './partitioned-disk.ts'

/** Bytes of the disk. */
export const DISK_BYTE_LENGTH: number = 24 * MIB
/** Bytes of the image, its table's backup included. */
export const IMAGE_BYTE_LENGTH: number = 14 * MIB + 34 * 512
/** Without the first MiB, and without the backup of the partition table: 32 sectors of entries and the header. */
export const BODY_BYTE_LENGTH: number = 13 * MIB + 512
const OLD = partition(1, 'old', 1, 10)
/** On the disk before, like `old`; the one to save. */
export const DATA: ReturnType<typeof partition> = partition(5, 'data', 16, 20)
/** Names of the image's partitions. */
export const IMAGE_NAMES: readonly string[] = ['boot', 'root']

/** The image that is installed. */
export const image: Uint8Array = imageBytes()
/** What the disk has before. */
export const disk: Uint8Array = diskBytes({ byteLength: DISK_BYTE_LENGTH, partitions: [OLD, DATA], fill: 0xd1 })

/** An image whose every sector is different, so that nothing can be mistaken for anything else. */
function imageBytes(): Uint8Array {
  const partitions = [partition(1, 'boot', 2, 5), partition(2, 'root', 5, 14)]
  const bytes = diskBytes({ byteLength: IMAGE_BYTE_LENGTH, partitions })
  const words = new Uint32Array(bytes.buffer)
  for (let index = (2 * MIB) / 4; index < (14 * MIB) / 4; index++) words[index] = Math.imul(index, 0x9e37_79b9)
  bytes.fill(0xb0, 0, 440)
  const superblock = 2 * MIB + 1024
  bytes.fill(0, superblock, superblock + 1024)
  bytes.set([0x53, 0xef], superblock + 56)
  bytes.set(new TextEncoder().encode('boot'), superblock + 120)
  return bytes
}

/** Bytes as they arrive. */
export async function* inChunks(
  bytes: Uint8Array,
  chunkByteLength = 1_000_000,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let offset = 0; offset < bytes.byteLength; offset += chunkByteLength) {
    yield bytes.subarray(offset, offset + chunkByteLength)
  }
}

/** What is different in one installation. */
export interface Setup extends Partial<Omit<RunInstallOptions, 'target' | 'image'>> {
  readonly disk?: Partial<MemoryTargetOptions>
  readonly labels?: readonly string[]
  readonly bytes?: AsyncIterable<Uint8Array>
  /** As the input tells it; `null` when it doesn't. */
  readonly imageByteLength?: number | null
  readonly checks?: readonly StreamCheck[]
}

/** What came of it. */
export interface Outcome {
  readonly target: MemoryTarget
  readonly plan: InstallPlan
  readonly states: readonly TargetState[]
  readonly progress: readonly InstallProgress[]
  readonly error: unknown
}

/** Installs the image, and gives what came of it, an error included. */
export async function install(setup: Setup = {}): Promise<Outcome> {
  const {
    labels = [],
    bytes = inChunks(image),
    checks = [],
    disk: diskOptions,
    imageByteLength = image.byteLength,
    ...options
  } = setup
  const target = memoryTarget({ byteLength: DISK_BYTE_LENGTH, bytes: disk, ...diskOptions })
  const input: ImageInput = { name: 'disk.raw', byteLength: imageByteLength ?? undefined, bytes }
  const stream = await openImageStream(input, { decompress: (compressed) => compressed, checks })
  const saved = await readSavedPartitions(target, partitionFilter({ labels }))
  const plan = planInstall({ target, head: stream.head, saved, diskGuid: testGuid(7) })
  const states: TargetState[] = []
  const progress: InstallProgress[] = []
  let error: unknown
  try {
    await runInstall(plan, {
      target,
      image: stream,
      onState: (state) => states.push(state),
      onProgress: (report) => progress.push(report),
      ...options,
    })
  } catch (thrown) {
    error = thrown
  } finally {
    await stream.close()
  }
  return { target, plan, states, progress, error }
}

/** A check that no image passes. */
export const failingCheck: StreamCheck = {
  aim: 'proof',
  update() {},
  finish: () => Promise.reject(new Error('not what it should be')),
}

function namesOf(partitions: Awaited<ReturnType<typeof partitionsOf>>): readonly string[] | undefined {
  return partitions?.map(({ name }) => name)
}

/** The names of the partitions in the disk's table; nothing when it has no sound one. */
export async function tableNames(bytes: Uint8Array): Promise<readonly string[]> {
  return namesOf(await partitionsOf(bytes)) ?? []
}

/** A boot partition that has what it is given, and remembers when it was changed. */
export function bootPartition(
  onApply: (changes: readonly BootChange[]) => void,
): BootPartition & { isClosed: boolean } {
  return {
    isClosed: false,
    list: async () => undefined,
    isFile: async () => false,
    read: async () => undefined,
    apply: async (changes) => onApply(changes),
    async close() {
      this.isClosed = true
    },
  }
}
