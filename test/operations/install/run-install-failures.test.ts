import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { IoError } from '../../../src/errors.ts'
import type { InstallProgress, StreamCheck } from '../../../src/operations/index.ts'
import {
  BODY_BYTE_LENGTH,
  bootPartition,
  DISK_BYTE_LENGTH,
  failingCheck,
  IMAGE_BYTE_LENGTH,
  image,
  inChunks,
  install,
  type Setup,
  tableNames,
} from '../../support/memory-install.ts'
import type { DiskEvent, MemoryTargetOptions } from '../../support/memory-target.ts'
import { MIB } from '../../support/partitioned-disk.ts'

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

  it('waits for a slow write before it makes the table once more', async () => {
    const onEvent: MemoryTargetOptions['onEvent'] = async (event) => {
      if (event.kind === 'write' && event.offset === MIB) await setTimeout(30)
    }
    const { target, plan, states } = await install({ bytes: breaking(5 * MIB), disk: { onEvent } })
    expect(states).toEqual(['incomplete', 'reset'])
    const resetEventCount = plan.reset.reduce((sum, step) => sum + step.length + 1, 0)
    const isSlow = (event: DiskEvent) => event.kind === 'write' && event.offset === MIB
    expect(target.events.findIndex(isSlow)).toBe(resetEventCount)
    expect(target.events).toHaveLength(2 * resetEventCount + 1)
  })

  it.each(['write', 'verify'])('stops in the midst of the phase %s', async (phase) => {
    const controller = new AbortController()
    const progress: InstallProgress[] = []
    const onProgress = (report: InstallProgress): void => {
      progress.push(report)
      if (report.phase === phase) controller.abort(new Error('^C'))
    }
    const { error } = await install({ signal: controller.signal, onProgress })
    expect(error).toMatchObject({ message: '^C' })
    expect(progress.at(-1)).toMatchObject({ phase })
    expect(progress.at(-1)?.bytesDone).toBeLessThan(BODY_BYTE_LENGTH)
  })

  it('refuses an image that goes on behind the end of the disk, and takes one that ends there', async () => {
    const longer = new Uint8Array(DISK_BYTE_LENGTH + 1)
    longer.set(image)
    const outcomeOf = (byteLength: number) =>
      install({ bytes: inChunks(longer.subarray(0, byteLength)), imageByteLength: byteLength })
    expect((await outcomeOf(DISK_BYTE_LENGTH)).error).toBeUndefined()
    expect((await outcomeOf(DISK_BYTE_LENGTH + 1)).error).toMatchObject({ code: 'DISK_TOO_SMALL' })
  })

  it.each([512, 0, IMAGE_BYTE_LENGTH - 512])(
    'notices that the bytes at %i, written last, read differently',
    async (place) => {
      const onReadBack = (offset: number, bytes: Uint8Array): void => {
        if (offset <= place && place < offset + bytes.byteLength) bytes[place - offset] = 0x5a
      }
      const { error, states } = await install({ disk: { onReadBack } })
      expect(error).toMatchObject({ code: 'WRITE_NOT_KEPT' })
      expect(states).toEqual(['incomplete', 'reset'])
    },
  )

  it('asks for no more of the image when it is stopped while the table is made', async () => {
    let chunkCount = 0
    async function* counted(): AsyncGenerator<Uint8Array, void, undefined> {
      for await (const chunk of inChunks(image, MIB)) {
        chunkCount++
        yield chunk
      }
    }
    const controller = new AbortController()
    const onEvent = (): void => controller.abort(new Error('^C'))
    const { error } = await install({ bytes: counted(), signal: controller.signal, disk: { onEvent } })
    expect(error).toMatchObject({ message: '^C' })
    expect(chunkCount).toBe(1)
  })

  it.each([
    { name: 'before the boot partition is opened', skipReadBack: true, stopAt: 'proof', opened: 0 },
    { name: 'before the table is written', skipReadBack: false, stopAt: 'change', opened: 1 },
  ])('stops $name', async ({ skipReadBack, stopAt, opened }) => {
    const controller = new AbortController()
    const stopIf = (moment: string): void => {
      if (moment === stopAt) controller.abort(new Error('^C'))
    }
    const check: StreamCheck = {
      aim: 'proof',
      update() {},
      finish: async () => {
        stopIf('proof')
        return 'proved'
      },
    }
    let openedCount = 0
    const open = async () => {
      openedCount++
      return bootPartition(() => stopIf('change'))
    }
    const customization = { ignition: new TextEncoder().encode('{}') }
    const { error, states } = await install({
      skipReadBack,
      checks: [check],
      signal: controller.signal,
      boot: { customization, open },
    })
    expect(error).toMatchObject({ message: '^C' })
    expect(states).toEqual(['incomplete', 'reset'])
    expect(openedCount).toBe(opened)
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
