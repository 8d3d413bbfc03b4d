import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process'
import { mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLoopDisk, LOOP_DISK_NEEDS, type LoopDisk, listPartitions } from '../support/loop-disk.ts'
import { METAL_IMAGE_NEEDS, makeMetalImage } from '../support/metal-image.ts'
import { needs } from '../support/needs.ts'
import { makeKey, makeSignature } from '../support/openpgp.ts'
import { createShell, ISOKIT_PATH, type Shell } from '../support/run-isokit.ts'

const MIB = 1024 * 1024
const SAVED = [5, 'data'] as const
const SAVED_OFFSET = 64 * MIB
const SAVED_BYTES = new Uint8Array(8 * MIB).map((_, index) => (index * 31 + (index >> 9)) & 0xff)
const IMAGE_PARTITIONS = [
  [1, 'BIOS-BOOT'],
  [2, 'EFI-SYSTEM'],
  [3, 'boot'],
  [4, 'root'],
]

let shell: Shell
let disk: LoopDisk
let bytes: Buffer
beforeEach(async (context) => {
  needs(context, ...LOOP_DISK_NEEDS, ...METAL_IMAGE_NEEDS, 'mount')
  shell = await createShell()
  bytes = await readFile((await makeMetalImage()).path)
  disk = await createLoopDisk(shell.path('disk'), { byteLength: 128 * MIB })
  await writeFile(shell.path('a.ign'), '{"ignition":{"version":"3.4.0"}}')
  await mkdir(shell.path('tmp'))
  await fillDisk()
})
afterEach(async () => {
  await disk?.[Symbol.asyncDispose]()
  await shell?.[Symbol.asyncDispose]()
})

/** A disk with a system on it, and a partition to save. */
async function fillDisk(): Promise<void> {
  await writeFile(disk.device, bytes)
  execFileSync('sgdisk', ['--move-second-header', disk.device], { stdio: 'ignore' })
  execFileSync('sgdisk', ['-n', '5:64M:+8M', '-c', '5:data', disk.device], { stdio: 'ignore' })
  await using handle = await open(disk.device, 'r+')
  await handle.write(SAVED_BYTES, 0, SAVED_BYTES.byteLength, SAVED_OFFSET)
  await handle.sync()
}

async function expectSavedContents(): Promise<void> {
  execFileSync('sync', [disk.path])
  const after = await readFile(disk.path)
  expect(after.subarray(SAVED_OFFSET, SAVED_OFFSET + SAVED_BYTES.byteLength).equals(SAVED_BYTES)).toBe(true)
}

interface Running {
  readonly child: ChildProcessWithoutNullStreams
  /** What it has said so far. */
  stderr(): string
  readonly closed: Promise<number | null>
}

/** An installation whose image comes through a pipe. */
function start(...words: readonly string[]): Running {
  const line = ['install', disk.device, '-f', '-', '-i', 'a.ign', '--insecure', '--progress', 'json', ...words]
  const env = { ...process.env, TMPDIR: shell.path('tmp') } // what is killed leaves a copy of the saved table
  const child = spawn(process.execPath, [ISOKIT_PATH, ...line], { cwd: shell.directory, env })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  child.stdin.on('error', () => {}) // it may be killed while it reads
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { child, stderr: () => stderr, closed }
}

/** Gives it some of the image, and time to have it written. */
async function feed({ child }: Running, part: Uint8Array): Promise<void> {
  await new Promise((resolve) => child.stdin.write(part, resolve))
  await delay(150)
}

describe('an installation that is killed', () => {
  it.each([
    { name: 'nothing to save', words: [], left: [] },
    { name: 'a partition to save', words: ['--save-partlabel', 'data'], left: [SAVED] },
  ])(
    'at any tenth of the image leaves no table with its partitions, with $name',
    { timeout: 120_000 },
    async (each) => {
      for (let tenth = 1; tenth <= 10; tenth++) {
        await fillDisk()
        const running = start(...each.words)
        await feed(running, bytes.subarray(0, (bytes.byteLength / 10) * tenth))
        running.child.kill('SIGKILL')
        await running.closed
        expect([tenth, listPartitions(disk.device)]).toEqual([tenth, each.left])
      }
      if (each.left.length > 0) await expectSavedContents()
    },
  )

  it.each(['verify', 'customize', 'finish'])('in the phase %s leaves all of it, or no table', async (phase) => {
    const running = start('--save-partlabel', 'data')
    running.child.stdin.end(bytes)
    await vi.waitFor(() => expect(running.stderr()).toContain(`"phase":"${phase}"`), { timeout: 20_000, interval: 1 })
    running.child.kill('SIGKILL')
    await running.closed
    const partitions = listPartitions(disk.device)
    expect([[SAVED], [...IMAGE_PARTITIONS, SAVED]]).toContainEqual(partitions)
    if (phase !== 'finish') expect(partitions).toEqual([SAVED])
    await expectSavedContents()

    const again = start('--save-partlabel', 'data')
    again.child.stdin.end(bytes)
    expect(await again.closed, again.stderr()).toBe(0)
    expect(listPartitions(disk.device)).toEqual([...IMAGE_PARTITIONS, SAVED])
    await expectSavedContents()
  })
})

describe('an installation that fails', () => {
  it.each([
    { name: 'since the image ends early', image: () => gzipSync(bytes).subarray(0, -500), code: 'UNEXPECTED_END' },
    { name: 'since the checksum is wrong', image: () => bytes, code: 'CHECKSUM_MISMATCH' },
  ])('resets the partition table, and says what the disk has: $name', async ({ image, code }) => {
    for (const words of [['--save-partindex', '5'], []]) {
      await fillDisk()
      const running = start(...words, '--checksum', `sha256:${'0'.repeat(64)}`)
      running.child.stdin.end(image())
      expect(await running.closed).toBe(1)
      expect(running.stderr()).toContain(`[${code}]`)
      const says =
        words.length > 0 ? /does not boot now.* and nothing else: 5 "data"/ : /has an empty partition table now/
      expect(running.stderr()).toMatch(says)
      expect(listPartitions(disk.device)).toEqual(words.length > 0 ? [SAVED] : [])
    }
  })

  it('since the signature is not that of the image has no table with it, even with --insecure', async () => {
    const key = await makeKey()
    await writeFile(shell.path('key.pgp'), key.toPublic().write())
    await writeFile(shell.path('image.sig'), await makeSignature(bytes, { keys: [key] }))
    const other = Uint8Array.from(bytes)
    other[38 * MIB] = 1
    await writeFile(shell.path('image'), other)
    const words = ['-f', 'image', '--keyring', 'key.pgp', '--save-partlabel', 'data']
    for (const more of [[], ['--insecure']]) {
      await fillDisk()
      const { exitCode, stderr } = await shell.run(['install', disk.device, ...words, ...more])
      expect(exitCode).toBe(1)
      expect(stderr).toMatch(
        /its partition table has the saved partitions, and nothing else[\s\S]*\[SIGNATURE_INVALID\]/,
      )
      expect(listPartitions(disk.device)).toEqual([SAVED])
    }
    await expectSavedContents()
  })

  it('leaves the disk as it is when that is asked for, with a copy of the saved table', async () => {
    const running = start('--save-partlabel', 'data', '--preserve-on-error', '--json')
    running.child.stdin.end(gzipSync(bytes).subarray(0, -500))
    expect(await running.closed).toBe(1)
    const reports = running
      .stderr()
      .split('\n')
      .filter((line) => line.includes('"target"'))
    const { target } = JSON.parse(reports[0] ?? '')
    expect(target).toMatchObject({
      path: disk.device,
      state: 'preserved',
      savedPartitions: [{ number: 5, name: 'data' }],
    })
    expect(listPartitions(target.partitionBackup)).toEqual([SAVED])
    await expectSavedContents()
  })

  it('is what Ctrl-C makes of it', async () => {
    const running = start('--save-partlabel', 'data')
    await feed(running, bytes.subarray(0, 20 * MIB))
    running.child.kill('SIGINT')
    expect(await running.closed).toBe(130)
    expect(running.stderr()).toMatch(/does not boot now; its partition table has the saved partitions/)
    expect(listPartitions(disk.device)).toEqual([SAVED])
    await expectSavedContents()
  })

  it('since the disk takes no more says so, and has no table with the image', async () => {
    await mkdir(shell.path('small'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', shell.path('small')])
    try {
      await using full = await createLoopDisk(shell.path('small/disk'), { byteLength: 128 * MIB })
      const noise = await open('/dev/urandom')
      const { buffer } = await noise.read(new Uint8Array(bytes.byteLength - 2 * MIB), 0, bytes.byteLength - 2 * MIB)
      await noise.close()
      await writeFile(shell.path('noise'), Buffer.concat([bytes.subarray(0, 2 * MIB), buffer]))
      const result = await shell.run(['install', full.device, '-f', 'noise', '--insecure'])
      expect(result.exitCode).toBe(1)
      expect(result.stderr).toMatch(/\[(?:IO_FAILED|DISK_FULL|WRITE_NOT_KEPT)\]/)
      expect(result.stderr).toMatch(/has an empty partition table now|is as the failure left it/)
      expect(listPartitions(full.device)).toEqual([])
    } finally {
      execFileSync('umount', ['--lazy', shell.path('small')])
    }
  })
})

it('nothing is left in the temporary directory of an installation that is done', async () => {
  const env = { TMPDIR: shell.path('tmp') }
  await writeFile(shell.path('image'), bytes)
  const result = await shell.run(
    ['install', disk.device, '-f', 'image', '-i', 'a.ign', '--insecure', '--save-partlabel', 'data'],
    { env },
  )
  expect(result.exitCode, result.stderr).toBe(0)
  expect(execFileSync('ls', ['-A', shell.path('tmp')], { encoding: 'utf8' })).toBe('')
})
