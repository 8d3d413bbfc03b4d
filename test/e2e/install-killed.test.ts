import { execFileSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SectorSize } from '../../src/formats/gpt/index.ts'
import { LOOP_DISK_NEEDS, listPartitions } from '../support/loop-disk.ts'
import { METAL_IMAGE_NEEDS, makeMetalImage } from '../support/metal-image.ts'
import { needs } from '../support/needs.ts'
import { readPartitions } from '../support/partition-disk.ts'
import { createShell, type Running, type Shell } from '../support/run-isokit.ts'
import { createSystemDisk, type SystemDisk } from '../support/system-disk.ts'

const SAVING = ['--save-partlabel', 'data']

let shell: Shell
let disk: SystemDisk | undefined
beforeEach(async (context) => {
  needs(context, ...LOOP_DISK_NEEDS, ...METAL_IMAGE_NEEDS, 'mount', 'xz')
  shell = await createShell()
  await writeFile(shell.path('a.ign'), '{"ignition":{"version":"3.4.0"}}')
  await mkdir(shell.path('tmp'))
})
afterEach(async () => {
  await disk?.[Symbol.asyncDispose]()
  await shell?.[Symbol.asyncDispose]()
})

async function useDisk(sectorSize: SectorSize): Promise<SystemDisk> {
  const image = await makeMetalImage({ sectorSize })
  disk = await createSystemDisk(shell.path('disk'), { image, sectorSize })
  return disk
}

/** An installation of an image that is a file, or `-` and comes through a pipe. */
function start(device: string, image: string, words: readonly string[]): Running {
  const line = ['install', device, '-f', image, '-i', 'a.ign', '--insecure', '--progress', 'json', ...words]
  return shell.start(line, { env: { TMPDIR: shell.path('tmp') } }) // what is killed leaves a copy of the saved table
}

/** Kills it as soon as so much has arrived on the disk. */
async function killAfter(running: Running, isReached: () => boolean): Promise<void> {
  while (running.child.exitCode === null && !isReached()) await delay(1)
  running.child.kill('SIGKILL')
  expect(await running.closed, running.stderr()).toBe('SIGKILL')
}

describe('an installation that is killed', () => {
  it.each([
    { sectorSize: 512, kind: 'raw through a pipe', saving: SAVING },
    { sectorSize: 512, kind: 'an xz file', saving: [] },
    { sectorSize: 4096, kind: 'raw through a pipe', saving: [] },
    { sectorSize: 4096, kind: 'an xz file', saving: SAVING },
  ] as const)(
    'at any tenth leaves the saved partitions and no other: $kind, sectors of $sectorSize bytes, saving $saving',
    async ({ sectorSize, kind, saving }) => {
      const { device, image, data, ...rest } = await useDisk(sectorSize)
      const raw = await readFile(image.path)
      if (kind === 'an xz file') {
        const compressed = execFileSync('xz', ['-0', '-c', '--block-size=2MiB', image.path], { maxBuffer: 2 ** 26 })
        await writeFile(shell.path('image.xz'), compressed)
      }
      for (let tenth = 1; tenth <= 10; tenth++) {
        await rest.restore()
        const running = start(device, kind === 'an xz file' ? 'image.xz' : '-', saving)
        running.child.stdin.end(raw)
        await killAfter(running, () => rest.writtenByteLength() >= (raw.byteLength / 10) * tenth)
        const expected = saving.length > 0 ? [data] : []
        expect([tenth, readPartitions(device)]).toEqual([tenth, expected])
        expect([tenth, listPartitions(device)]).toEqual([tenth, expected.map(({ number, name }) => [number, name])])
        if (saving.length > 0) expect([tenth, await rest.hasData()]).toEqual([tenth, true])
      }
    },
  )
  it.each([
    { phase: 'verify', sectorSize: 512 },
    { phase: 'customize', sectorSize: 4096 },
    { phase: 'finish', sectorSize: 512 },
    { phase: 'finish', sectorSize: 4096 },
  ] as const)(
    'in the phase $phase, with sectors of $sectorSize bytes, leaves all of it or the saved partitions alone, and can be done again',
    async ({ phase, sectorSize }) => {
      const { device, image, data, hasData } = await useDisk(sectorSize)
      const kept = [[data.number, data.name]]
      const all = [...image.partitions.map(({ number, name }) => [number, name]), ...kept]
      const running = start(device, image.path, SAVING)
      const hasBegun = (): void => expect(running.stderr()).toContain(`"phase":"${phase}"`)
      await vi.waitFor(hasBegun, { timeout: 20_000, interval: 1 })
      running.child.kill('SIGKILL')
      await running.closed
      expect(phase === 'finish' ? [kept, all] : [kept]).toContainEqual(listPartitions(device))
      expect(await hasData()).toBe(true)

      const again = start(device, image.path, SAVING)
      expect(await again.closed, again.stderr()).toBe(0)
      expect(listPartitions(device)).toEqual(all)
      expect(readPartitions(device).at(-1)).toEqual(data)
      expect(await hasData()).toBe(true)
    },
  )
})
