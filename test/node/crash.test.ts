import { spawn } from 'node:child_process'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memorySource, overlay, type Patch, readAll } from '../../src/bytes/index.ts'
import { editInPlace, openImage, systemDisk } from '../../src/node/index.ts'
import { crashingDisk, type DiskOperation, watchedDisk } from '../support/crashing-disk.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const OLD: Uint8Array = new Uint8Array(20_000).map((_, index) => index % 97)
const PATCHES: readonly Patch[] = [
  { offset: 100, bytes: new Uint8Array(300).fill(0xaa) },
  { offset: 6_000, bytes: new Uint8Array(5_000).fill(0xbb) },
  { offset: 19_990, bytes: new Uint8Array(50).fill(0xcc) }, // extends the image
]
const NEW: Uint8Array = await readAll(overlay(memorySource(OLD), PATCHES))

let directory: Awaited<ReturnType<typeof temporaryDirectory>>
const at = (name: string): string => join(directory.path, name)
const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

beforeEach(async () => {
  directory = await temporaryDirectory()
  process.env['XDG_STATE_HOME'] = at('state')
  await writeFile(at('live.iso'), OLD)
})
afterEach(async () => {
  delete process.env['XDG_STATE_HOME']
  await directory[Symbol.asyncDispose]()
})

/** Opens the image as the next command does, and says in which of the two states it is for good. */
async function recover(image: string): Promise<'old' | 'new'> {
  {
    await using opened = await openImage(image)
    await readAll(opened)
  }
  const bytes = await readFile(image)
  expect(await readdir(join(image, '..'))).not.toContain(`.${basename(image)}.isokit-journal`)
  if (isSame(bytes, OLD)) return 'old'
  if (isSame(bytes, NEW)) return 'new'
  throw new Error('The image is neither as before nor as after the edit')
}

async function recordEdit(): Promise<readonly DiskOperation[]> {
  const disk = watchedDisk(systemDisk, () => undefined)
  await editInPlace(at('live.iso'), { plan: async () => PATCHES, disk })
  await writeFile(at('live.iso'), OLD)
  return disk.operations
}

describe('an edit in place that is cut short', () => {
  it('leaves the old or the new image, whichever step it dies at, and however much of a write got through', async () => {
    const steps = await recordEdit()
    const outcomes = new Set<string>()
    for (let step = 0; step < steps.length; step++) {
      for (const tornByteLength of [undefined, 0, 1, 33, 4_999]) {
        if (tornByteLength !== undefined && steps[step]?.kind !== 'write') continue
        await writeFile(at('live.iso'), OLD)
        const disk = crashingDisk(systemDisk, step, tornByteLength)
        await expect(editInPlace(at('live.iso'), { plan: async () => PATCHES, disk })).rejects.toThrow()
        outcomes.add(await recover(at('live.iso')))
      }
    }
    expect([...outcomes].sort()).toEqual(['new', 'old'])
    await editInPlace(at('live.iso'), { plan: async () => [] })
    expect(await readdir(directory.path)).toEqual(['live.iso'])
  })

  it('can be recovered when the recovery is cut short, too', async () => {
    const steps = await recordEdit()
    const lastWrite = steps.findLastIndex(({ kind }) => kind === 'write')
    for (let step = 0; step < 12; step++) {
      await writeFile(at('live.iso'), OLD)
      const dying = crashingDisk(systemDisk, lastWrite, 7)
      await expect(editInPlace(at('live.iso'), { plan: async () => PATCHES, disk: dying })).rejects.toThrow()
      await openImage(at('live.iso'), { disk: crashingDisk(systemDisk, step, 2) }).then(
        (opened) => opened[Symbol.asyncDispose](),
        () => {},
      )
      expect(await recover(at('live.iso'))).toBe('new')
    }
  })

  it('survives a power cut: of what was not yet waited for, any part may be on the disk', async () => {
    const steps = await recordEdit()
    let round = 0
    await fc.assert(
      fc.asyncProperty(
        fc.nat(steps.length),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        async (end, dice) => {
          const folder = at(`cut-${round++}`)
          await writeDiskAfterPowerCut(folder, steps.slice(0, end), () => dice.next().value ?? 0)
          const state = await recover(join(folder, 'live.iso'))
          if (end === 0) expect(state).toBe('old')
          if (end === steps.length) expect(state).toBe('new')
          await rm(folder, { recursive: true })
        },
      ),
      { numRuns: 300 },
    )
  })

  it('survives kill -9 of a real process', async () => {
    const child = join(import.meta.dirname, '../support/edit-forever.ts')
    const seen = new Set<string>()
    for (let kill = 0; kill < 6; kill++) {
      const editing = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', child, at('live.iso')], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await new Promise((resolve) => editing.stdout.once('data', resolve))
      await new Promise((resolve) => setTimeout(resolve, 5 + kill * 7))
      editing.kill('SIGKILL')
      await new Promise((resolve) => editing.once('close', resolve))
      {
        await using _opened = await openImage(at('live.iso'))
      }
      // The child fills the image with one letter after the other, 20 times 1000 bytes each.
      const letters = new Set(await readFile(at('live.iso')))
      expect(letters.size).toBe(1)
      for (const letter of letters) seen.add(String.fromCharCode(letter))
    }
    expect(seen.size).toBeGreaterThan(0)
    await editInPlace(at('live.iso'), { plan: async () => [] })
    expect(await readdir(directory.path)).toEqual(['live.iso'])
  }, 30_000)
})

/**
 * Builds the directory as it may look after the power goes. Contents are safe once their file was synced, names once
 * their directory was; of the later writes each may be there, in part, or not, and of the later names a first few.
 */
async function writeDiskAfterPowerCut(
  folder: string,
  steps: readonly DiskOperation[],
  dice: () => number,
): Promise<void> {
  const lastNameSync = steps.findLastIndex(({ kind }) => kind === 'sync-directory')
  const namesKept = lastNameSync + 1 + Math.floor(dice() * (steps.length - lastNameSync))
  const names = new Map<string, { bytes: Uint8Array }>([[at('live.iso'), { bytes: OLD }]])
  for (const [index, step] of steps.entries()) {
    const isNameKept = index < namesKept
    if (step.kind === 'create') names.set(step.path, { bytes: new Uint8Array(0) })
    const file = names.get(step.path)
    if (step.kind === 'write' && file) {
      const isSynced = steps.slice(index).some(({ kind, path }) => kind === 'sync' && path === step.path)
      const getThrough =
        isSynced || dice() < 0.5 ? step.bytes : step.bytes.subarray(0, Math.floor(dice() * step.bytes.byteLength))
      file.bytes = written(file.bytes, step.offset, getThrough)
    }
    if (step.kind === 'rename' && isNameKept && file) {
      names.delete(step.path)
      names.set(step.to, file)
    }
    if (step.kind === 'remove' && isNameKept) names.delete(step.path)
  }
  await mkdir(folder)
  for (const [path, { bytes }] of names) await writeFile(join(folder, basename(path)), bytes)
}

function written(bytes: Uint8Array, offset: number, more: Uint8Array): Uint8Array {
  const result = new Uint8Array(Math.max(bytes.byteLength, more.byteLength > 0 ? offset + more.byteLength : 0))
  result.set(bytes)
  result.set(more, offset)
  return result
}
