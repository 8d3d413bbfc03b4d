import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IoError } from '../../../src/errors.ts'
import type { StreamCheck } from '../../../src/operations/index.ts'
import {
  BODY_BYTE_LENGTH,
  bootPartition,
  DATA,
  DISK_BYTE_LENGTH,
  disk,
  IMAGE_BYTE_LENGTH,
  IMAGE_NAMES,
  image,
  inChunks,
  install,
  tableNames,
} from '../../support/memory-install.ts'
import { MIB } from '../../support/partitioned-disk.ts'

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

  it('leaves nothing of its own behind an image that goes on to the last sector but one', async () => {
    const longer = new Uint8Array(DISK_BYTE_LENGTH - 512).fill(0x77)
    longer.set(image)
    const { target, error } = await install({ bytes: inChunks(longer), imageByteLength: longer.byteLength })
    expect(error).toBeUndefined()
    expect(Buffer.from(target.bytes.subarray(0, -512)).equals(longer)).toBe(true)
    expect(target.bytes.subarray(-512).every((byte) => byte === 0)).toBe(true)
  })

  it('takes an image that ends with its last partition, and none that is a byte shorter', async () => {
    const end = 14 * MIB
    const outcomeOf = (byteLength: number) =>
      install({ bytes: inChunks(image.subarray(0, byteLength)), imageByteLength: null })
    expect((await outcomeOf(end)).error).toBeUndefined()
    expect((await outcomeOf(end - 1)).error).toMatchObject({ code: 'UNEXPECTED_END' })
  })

  it('writes what came in chunks whose memory is used again', async () => {
    async function* inOneBuffer(): AsyncGenerator<Uint8Array, void, undefined> {
      const buffer = new Uint8Array(1_000_000)
      for await (const chunk of inChunks(image, buffer.byteLength)) {
        buffer.set(chunk)
        yield buffer.subarray(0, chunk.byteLength)
      }
    }
    const { target, error } = await install({ bytes: inOneBuffer() })
    expect(error).toBeUndefined()
    expect(Buffer.from(target.bytes.subarray(0, IMAGE_BYTE_LENGTH)).equals(image)).toBe(true)
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
