import { execFileSync } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openBlockDevice } from '../../src/node/block-device/index.ts'
import { startHttpServer } from '../support/http-server.ts'
import { LOOP_DISK_NEEDS, listPartitions } from '../support/loop-disk.ts'
import { METAL_IMAGE_NEEDS, makeMetalImage } from '../support/metal-image.ts'
import { needs } from '../support/needs.ts'
import { createShell, type Running, type Shell } from '../support/run-isokit.ts'
import { createSystemDisk, type SystemDisk } from '../support/system-disk.ts'

const MIB = 1024 * 1024
const SAVING = ['--save-partlabel', 'data']

let shell: Shell
let disk: SystemDisk
beforeEach(async (context) => {
  needs(context, ...LOOP_DISK_NEEDS, ...METAL_IMAGE_NEEDS, 'mount', 'setpriv')
  shell = await createShell()
  await writeFile(shell.path('a.ign'), '{"ignition":{"version":"3.4.0"}}')
  await mkdir(shell.path('tmp'))
  disk = await createSystemDisk(shell.path('disk'), { image: await makeMetalImage(), sectorSize: 512 })
})
afterEach(async () => {
  await disk?.[Symbol.asyncDispose]()
  await shell?.[Symbol.asyncDispose]()
})

function start(...words: readonly string[]): Running {
  const line = ['install', disk.device, '-i', 'a.ign', '--insecure', '--progress', 'json', '--json', ...words]
  return shell.start(line, { env: { TMPDIR: shell.path('tmp') } })
}

interface Told {
  readonly progress?: { readonly phase: string }
  readonly target?: { readonly state: string }
  readonly error?: { readonly code: string; readonly message: string; readonly details?: object }
}

function eventsOf(stderr: string): readonly Told[] {
  return stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** Begins an installation whose image does not come to its end, and waits until a part of it is on the disk. */
async function startHalf(): Promise<Running> {
  await disk.restore()
  const running = start('-f', '-', ...SAVING)
  running.child.stdin.write((await readFile(disk.image.path)).subarray(0, 20 * MIB))
  while (running.child.exitCode === null && disk.writtenByteLength() < 10 * MIB) await delay(1)
  return running
}

/** Fails where a mount, a temporary file or the exclusive use of the disk is left. */
async function expectNothingLeft(): Promise<void> {
  expect(await readFile('/proc/self/mounts', 'utf8')).not.toContain(disk.device)
  expect(await readdir(shell.path('tmp'))).toEqual([])
  await using again = await openBlockDevice(disk.device)
  expect(again.byteLength).toBeGreaterThan(0)
}

describe('an installation that is interrupted', () => {
  it.each(['verify', 'customize', 'finish'])('in the phase %s tells what the disk has', async (phase) => {
    const all = [...disk.image.partitions, disk.data].map(({ number, name }) => [number, name])
    const running = start('-f', disk.image.path, ...SAVING)
    const hasBegun = (): void => expect(running.stderr()).toContain(`"phase":"${phase}"`)
    await vi.waitFor(hasBegun, { timeout: 20_000, interval: 1 })
    running.child.kill('SIGINT')
    const exitCode = await running.closed
    const events = eventsOf(running.stderr())
    const state = events.find(({ target }) => target)?.target?.state
    // What is whole stays whole: the last moments may come to their end.
    const whole = phase === 'finish' ? ['0 undefined', '130 installed'] : []
    expect(['130 reset', ...whole]).toContain(`${exitCode} ${state}`)
    const isInstalled = whole.includes(`${exitCode} ${state}`)
    expect(listPartitions(disk.device)).toEqual(isInstalled ? all : [[disk.data.number, disk.data.name]])
    if (exitCode !== 0) expect(events.at(-1)).toMatchObject({ error: { code: 'INTERRUPTED' } })
    expect(await disk.hasData()).toBe(true)
    await expectNothingLeft()
  })

  it('while a server is silent writes nothing', async () => {
    await using server = await startHttpServer((request, response) => {
      if (request.url?.endsWith('.sig')) response.writeHead(404).end()
      else response.writeHead(200, { 'content-length': 40 * MIB }).write('a')
    })
    const before = listPartitions(disk.device)
    const running = start('-u', `${server.url}/a.raw`, ...SAVING)
    await vi.waitFor(() => expect(server.requests.some(({ url }) => url.endsWith('.raw'))).toBe(true), 10_000)
    await delay(100)
    running.child.kill('SIGINT')
    expect(await running.closed).toBe(130)
    expect(eventsOf(running.stderr()).slice(-2)).toMatchObject([
      { target: { state: 'untouched' } },
      { error: { code: 'INTERRUPTED' } },
    ])
    expect(listPartitions(disk.device)).toEqual(before)
    await expectNothingLeft()
  })
})

describe('an installation beside another one', () => {
  it('of the same disk is refused, with what uses it, and the first one goes on', async () => {
    const first = await startHalf()
    const second = start('-f', disk.image.path)
    expect(await second.closed).toBe(1)
    const error = eventsOf(second.stderr()).at(-1)?.error
    expect(error).toMatchObject({ code: 'DEVICE_BUSY' })
    first.child.stdin.end((await readFile(disk.image.path)).subarray(20 * MIB))
    expect(await first.closed, first.stderr()).toBe(0)
    expect(await disk.hasData()).toBe(true)
  })
})

it('a busy disk is told in JSON with its uses', async () => {
  execFileSync('partx', ['--add', disk.device])
  await mkdir(shell.path('mounted'))
  execFileSync('mount', ['-o', 'ro', `${disk.device}p3`, shell.path('mounted')])
  try {
    const running = start('-f', disk.image.path)
    expect(await running.closed).toBe(1)
    const error = eventsOf(running.stderr()).at(-1)?.error
    expect(error).toMatchObject({ code: 'DEVICE_BUSY', details: { use: expect.anything() } })
    expect(JSON.stringify(error?.details)).toContain(shell.path('mounted'))
  } finally {
    execFileSync('umount', [shell.path('mounted')])
  }
})

it('a disk that shrinks while it is written to fails with what the system says, and where', async () => {
  const running = await startHalf()
  await truncate(shell.path('disk'), 12 * MIB)
  execFileSync('losetup', ['--set-capacity', disk.device])
  running.child.stdin.end((await readFile(disk.image.path)).subarray(20 * MIB))
  expect(await running.closed, running.stderr()).toBe(1)
  expect(running.stderr()).not.toMatch(/^ {4}at /m)
  expect(eventsOf(running.stderr()).slice(-2)).toMatchObject([
    { target: { state: 'uncertain' } }, // the other table can't be put where the disk no longer is
    {
      error: {
        code: expect.stringMatching(/^(?:IO_FAILED|DISK_FULL)$/),
        message: expect.stringMatching(/ at offset \d+: /),
      },
    },
  ])
})

it('somebody who may not write to the disk is told what to do', async () => {
  await chmod(shell.directory, 0o755)
  const line = `setpriv --reuid 65534 --regid 65534 --clear-groups $TOOL install ${disk.device} -f ${disk.image.path} --insecure`
  const { exitCode, stderr } = await shell.bash(line)
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('[PERMISSION_DENIED]') })
  expect(stderr).toContain('hint:')
})
