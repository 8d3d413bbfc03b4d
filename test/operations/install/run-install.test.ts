import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BootChange, BootPartition } from '../../../src/coreos/index.ts'
import { IoError } from '../../../src/errors.ts'
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
} from '../../../src/operations/index.ts'
import { type MemoryTarget, type MemoryTargetOptions, memoryTarget } from '../../support/memory-target.ts'
import { diskBytes, MIB, partition, partitionsOf, testGuid } from '../../support/partitioned-disk.ts'

const DISK_BYTE_LENGTH = 24 * MIB
const IMAGE_BYTE_LENGTH = 14 * MIB + 34 * 512
/** Without the first MiB, and without the backup of the partition table: 32 sectors of entries and the header. */
const BODY_BYTE_LENGTH = 13 * MIB + 512
const OLD = partition(1, 'old', 1, 10)
const DATA = partition(5, 'data', 16, 20)
const IMAGE_NAMES = ['boot', 'root']

const image = imageBytes()
const disk = diskBytes({ byteLength: DISK_BYTE_LENGTH, partitions: [OLD, DATA], fill: 0xd1 })

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

async function* inChunks(bytes: Uint8Array, chunkByteLength = 1_000_000): AsyncGenerator<Uint8Array, void, undefined> {
  for (let offset = 0; offset < bytes.byteLength; offset += chunkByteLength) {
    yield bytes.subarray(offset, offset + chunkByteLength)
  }
}

interface Setup extends Partial<Omit<RunInstallOptions, 'target' | 'image'>> {
  readonly disk?: Partial<MemoryTargetOptions>
  readonly labels?: readonly string[]
  readonly bytes?: AsyncIterable<Uint8Array>
  /** As the input tells it; `null` when it doesn't. */
  readonly imageByteLength?: number | null
  readonly checks?: readonly StreamCheck[]
}

interface Outcome {
  readonly target: MemoryTarget
  readonly plan: InstallPlan
  readonly states: readonly TargetState[]
  readonly progress: readonly InstallProgress[]
  readonly error: unknown
}

/** Installs the image, and gives what came of it, an error included. */
async function install(setup: Setup = {}): Promise<Outcome> {
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

const failingCheck: StreamCheck = {
  aim: 'proof',
  update() {},
  finish: () => Promise.reject(new Error('not what it should be')),
}

function namesOf(partitions: Awaited<ReturnType<typeof partitionsOf>>): readonly string[] | undefined {
  return partitions?.map(({ name }) => name)
}

/** The names of the partitions in the disk's table; nothing when it has no sound one. */
async function tableNames(bytes: Uint8Array): Promise<readonly string[]> {
  return namesOf(await partitionsOf(bytes)) ?? []
}

describe('an installation', () => {
  it('makes the disk the image', async () => {
    const { target, error, states } = await install()
    expect(error).toBeUndefined()
    expect(states).toEqual(['incomplete', 'installed'])
    expect(Buffer.from(target.bytes.subarray(0, IMAGE_BYTE_LENGTH)).equals(image)).toBe(true)
  })

  it('keeps saved partitions where they are, and lists them behind the image’s', async () => {
    const { target, error } = await install({ labels: ['data'] })
    expect(error).toBeUndefined()
    expect(await tableNames(target.bytes)).toEqual([...IMAGE_NAMES, 'data'])
    const kept = ({ extent: { offset, byteLength } } = DATA) => Buffer.from(disk.subarray(offset, offset + byteLength))
    expect(kept().equals(target.bytes.subarray(16 * MIB, 20 * MIB))).toBe(true)
    expect(Buffer.from(target.bytes.subarray(MIB, 14 * MIB)).equals(image.subarray(MIB, 14 * MIB))).toBe(true)
  })

  it('writes the same whatever the chunks are that the image comes in', async () => {
    const whole = (await install()).target.bytes
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 200_000, max: 9_000_000 }), async (chunkByteLength) => {
        const { target } = await install({ bytes: inChunks(image, chunkByteLength) })
        expect(Buffer.from(target.bytes).equals(whole)).toBe(true)
      }),
      { numRuns: 8 },
    )
  })

  it('keeps all of an image that goes on behind what its table says, to the end of the disk', async () => {
    const longer = new Uint8Array(DISK_BYTE_LENGTH).fill(0x77)
    longer.set(image)
    const { target, error } = await install({ bytes: inChunks(longer), imageByteLength: longer.byteLength })
    expect(error).toBeUndefined()
    expect(Buffer.from(target.bytes).equals(longer)).toBe(true)
  })

  it('reports every phase, with its end', async () => {
    const { progress } = await install()
    const last = (phase: string) => progress.findLast((report) => report.phase === phase)
    expect([...new Set(progress.map(({ phase }) => phase))]).toEqual(['write', 'verify', 'customize', 'finish'])
    expect(last('write')).toMatchObject({ bytesDone: BODY_BYTE_LENGTH, bytesTotal: BODY_BYTE_LENGTH })
    expect(last('verify')).toMatchObject({ bytesDone: BODY_BYTE_LENGTH, bytesTotal: BODY_BYTE_LENGTH })
  })

  it('does not read back when told so', async () => {
    const onReadBack = () => {
      throw new Error('read back')
    }
    expect((await install({ skipReadBack: true, disk: { onReadBack } })).error).toBeUndefined()
  })
})

/** A boot partition that has what it is given, and remembers when it was changed. */
function bootPartition(onApply: (changes: readonly BootChange[]) => void): BootPartition & { isClosed: boolean } {
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

describe('the boot partition', () => {
  const customization = { ignition: new TextEncoder().encode('{}') }

  it('is customized where the image has it, once all is proved, and before the disk could boot', async () => {
    const order: string[] = []
    const check: StreamCheck = { aim: 'proof', update() {}, finish: async () => String(order.push('proved')) }
    const partition = bootPartition((changes) => order.push(...changes.map(({ path }) => path)))
    const { error } = await install({
      checks: [check],
      disk: { onEvent: (event) => void (event.kind === 'write' && event.offset === 0 && order.push('first sector')) },
      boot: {
        customization,
        open: async (extent, filesystem) => {
          order.push(`open ${filesystem} at ${extent.offset}`)
          return partition
        },
      },
    })
    expect(error).toBeUndefined()
    const opened = `open ext2 at ${2 * MIB}`
    expect(order).toEqual(['first sector', 'proved', opened, 'ignition', 'ignition/config.ign', 'first sector'])
    expect(partition.isClosed).toBe(true)
  })

  it('is let go of when customizing fails, and the disk does not boot', async () => {
    const partition = bootPartition(() => {
      throw new IoError('DISK_FULL', 'no space on /boot')
    })
    const { error, states, target } = await install({ boot: { customization, open: async () => partition } })
    expect(error).toMatchObject({ code: 'DISK_FULL' })
    expect(states).toEqual(['incomplete', 'reset'])
    expect(partition.isClosed).toBe(true)
    expect(await tableNames(target.bytes)).toEqual([])
  })
})

/** What the disk may have whenever the power goes: nothing that boots, or all of it. */
async function expectHarmless(bytes: Uint8Array, names: readonly string[]): Promise<void> {
  const found = await tableNames(bytes)
  if (found.some((name) => IMAGE_NAMES.includes(name))) {
    expect(found).toEqual([...IMAGE_NAMES, ...names])
    expect(Buffer.from(bytes.subarray(MIB, 14 * MIB)).equals(image.subarray(MIB, 14 * MIB))).toBe(true)
  } else {
    expect(found.filter((name) => names.includes(name))).toEqual(names)
  }
}

describe('an installation that is cut off', () => {
  it.each([
    { name: 'nothing saved', labels: [] },
    { name: 'a partition saved', labels: ['data'] },
  ])('leaves no disk that boots without the whole image, after any write: $name', async ({ labels }) => {
    const { target } = await install({ labels })
    for (let count = 0; count <= target.events.length; count++) {
      await expectHarmless(target.bytesAfter(count), labels)
      await expectHarmless(
        target.bytesAfter(count, () => false),
        labels,
      )
    }
  })

  it('does so whichever of the writes since the last flush are lost', async () => {
    const { target } = await install({ labels: ['data'] })
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: target.events.length }),
        fc.infiniteStream(fc.boolean()),
        async (count, choices) => {
          const kept = [...choices.take(target.events.length)]
          await expectHarmless(
            target.bytesAfter(count, (index) => kept[index] ?? false),
            ['data'],
          )
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('an installation that fails', () => {
  async function* breaking(afterByteLength: number): AsyncGenerator<Uint8Array, void, undefined> {
    yield image.subarray(0, afterByteLength)
    throw new IoError('IO_FAILED', 'the network went away')
  }
  async function* short(): AsyncGenerator<Uint8Array, void, undefined> {
    yield image.subarray(0, 8 * MIB)
  }
  /** A disk that fails at one write, and then works again. */
  function failingOnce(): Partial<MemoryTargetOptions> {
    let hasFailed = false
    return {
      onEvent: ({ kind }, past) => {
        if (hasFailed || kind !== 'write' || past.length < 6) return
        hasFailed = true
        throw new IoError('DISK_FULL', 'the disk is full')
      },
    }
  }
  /** A disk that has lost a bit of what lies behind the first 8 MiB. */
  const forgetful: Partial<MemoryTargetOptions> = {
    onReadBack: (offset, bytes) => {
      if (offset === 8 * MIB) bytes[5] = (bytes[5] ?? 0) ^ 1
    },
  }

  it.each<{ name: string; setup: () => Setup; error: object }>([
    {
      name: 'when the image breaks off',
      setup: () => ({ bytes: breaking(5 * MIB) }),
      error: { code: 'IO_FAILED' },
    },
    { name: 'when the image is too short', setup: () => ({ bytes: short() }), error: { code: 'UNEXPECTED_END' } },
    {
      name: 'when the image ends inside a partition, and nobody knows its length',
      setup: () => ({ bytes: short(), imageByteLength: null }),
      error: { code: 'UNEXPECTED_END', message: expect.stringContaining('"root"') },
    },
    {
      name: 'when a check fails',
      setup: () => ({ checks: [failingCheck] }),
      error: { message: 'not what it should be' },
    },
    { name: 'when a write fails', setup: () => ({ disk: failingOnce() }), error: { code: 'DISK_FULL' } },
    {
      name: 'when the disk reads differently',
      setup: () => ({ disk: forgetful }),
      error: { code: 'WRITE_NOT_KEPT' },
    },
    {
      name: 'when it is stopped',
      setup: () => {
        const controller = new AbortController()
        const onEvent = (_: unknown, past: readonly unknown[]) => past.length === 5 && controller.abort(new Error('^C'))
        return { signal: controller.signal, disk: { onEvent: (event, past) => void onEvent(event, past) } }
      },
      error: { message: '^C' },
    },
  ])('leaves a disk with nothing but the saved partitions $name', async ({ setup, error }) => {
    const outcome = await install({ labels: ['data'], ...setup() })
    expect(outcome.error).toMatchObject(error)
    expect(outcome.states).toEqual(['incomplete', 'reset'])
    expect(await tableNames(outcome.target.bytes)).toEqual(['data'])
    expect(outcome.target.events.at(-1)).toEqual({ kind: 'flush' })
  })

  it('leaves the disk as it is when told so', async () => {
    const { target, states } = await install({ checks: [failingCheck], preserveOnError: true })
    expect(states).toEqual(['incomplete', 'preserved'])
    expect(target.bytes[3 * MIB]).toBe(image[3 * MIB])
    expect(target.events.at(-1)).toMatchObject({ kind: 'write', offset: 12 * MIB })
  })

  it('says that it does not know what the disk has when that can’t be reset either', async () => {
    const onEvent = (_: unknown, past: readonly unknown[]): void => {
      if (past.length >= 6) throw new IoError('IO_FAILED', 'the disk is gone')
    }
    const { error, states } = await install({ disk: { onEvent } })
    expect(error).toMatchObject({ code: 'IO_FAILED' })
    expect(states).toEqual(['incomplete', 'uncertain'])
  })

  it('notices an image that goes on behind what its table says, before a saved partition is hit', async () => {
    const longer = new Uint8Array(17 * MIB)
    longer.set(image)
    const { error, target } = await install({ labels: ['data'], bytes: inChunks(longer) })
    expect(error).toMatchObject({ code: 'PARTITION_COLLISION' })
    expect(String(error)).toContain('collision with partition 5')
    expect(target.bytes[16 * MIB]).toBe(0xd1)
  })

  it('takes an image that ends right where a saved partition begins', async () => {
    const longer = new Uint8Array(16 * MIB)
    longer.set(image)
    const { error } = await install({
      labels: ['data'],
      bytes: inChunks(longer),
      imageByteLength: longer.byteLength,
    })
    expect(error).toBeUndefined()
  })
})
