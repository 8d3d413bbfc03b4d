import { execFileSync } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openBlockDevice } from '../../src/node/block-device/index.ts'
import { createLoopDisk, LOOP_DISK_NEEDS, listPartitions } from '../support/loop-disk.ts'
import { METAL_IMAGE_NEEDS, makeMetalImage } from '../support/metal-image.ts'
import { needs } from '../support/needs.ts'
import { makeKey, makeSignature } from '../support/openpgp.ts'
import { findTableProblems, readPartitions } from '../support/partition-disk.ts'
import { MIB } from '../support/partitioned-disk.ts'
import { createShell, type RunResult, type Shell } from '../support/run-isokit.ts'
import { createSystemDisk, type SystemDisk } from '../support/system-disk.ts'

const SAVING = ['--save-partlabel', 'data']

let shell: Shell
let disk: SystemDisk
/** Of the image, which is for the sectors of the disk. */
let bytes: Buffer

async function setUp(context: Parameters<typeof needs>[0], sectorSize: 512 | 4096): Promise<void> {
  needs(context, ...LOOP_DISK_NEEDS, ...METAL_IMAGE_NEEDS, 'mount', 'xz')
  shell = await createShell()
  await writeFile(shell.path('a.ign'), '{"ignition":{"version":"3.4.0"}}')
  await mkdir(shell.path('tmp'))
  const image = await makeMetalImage({ sectorSize })
  bytes = await readFile(image.path)
  disk = await createSystemDisk(shell.path('disk'), { image, sectorSize })
}
afterEach(async () => {
  await disk?.[Symbol.asyncDispose]()
  await shell?.[Symbol.asyncDispose]()
})

async function install(...words: readonly string[]): Promise<RunResult> {
  const env = { TMPDIR: shell.path('tmp') }
  return await shell.run(['install', disk.device, '-i', 'a.ign', '--insecure', ...words], { env })
}

/** Fails unless the disk has nothing but the saved partition, if that was to be saved, in a sound table. */
async function expectReset(words: readonly string[]): Promise<void> {
  expect(readPartitions(disk.device)).toEqual(words.length > 0 ? [disk.data] : [])
  expect(findTableProblems(disk.device)).toEqual([])
  if (words.length > 0) expect(await disk.hasData()).toBe(true)
}

function xz(raw: Uint8Array, ...words: readonly string[]): Uint8Array {
  return execFileSync('xz', ['-0', '-c', ...words], { input: raw, maxBuffer: 64 * MIB })
}

/** More than fits before the saved partition, and more than the whole disk. */
function longer(): Uint8Array {
  return Buffer.concat([bytes, Buffer.alloc(20 * MIB)])
}

describe.each([512, 4096] as const)('an installation that fails, with sectors of %i bytes,', (sectorSize) => {
  beforeEach((context) => setUp(context, sectorSize))

  it.each([
    { name: 'gzip ends early', image: () => gzipSync(bytes, { level: 1 }).subarray(0, -500), code: 'UNEXPECTED_END' },
    { name: 'zstd ends early', image: () => zstdCompressSync(bytes).subarray(0, -500), code: 'UNEXPECTED_END' },
    { name: 'xz ends early', image: () => xz(bytes).subarray(0, -500), code: 'UNEXPECTED_END' },
    {
      name: 'xz in blocks ends early',
      image: () => xz(bytes, '--block-size=4MiB').subarray(0, -500),
      code: 'UNEXPECTED_END',
    },
    {
      name: 'the image ends inside its last partition',
      image: () => bytes.subarray(0, 38 * MIB),
      code: 'UNEXPECTED_END',
    },
    { name: 'the image has more than its table says', image: longer, code: 'PARTITION_COLLISION' },
    { name: 'the same, with nothing to save', image: longer, code: 'DISK_TOO_SMALL', words: [] },
    {
      name: 'xz ends early, with nothing to save',
      image: () => xz(bytes).subarray(0, -500),
      code: 'UNEXPECTED_END',
      words: [],
    },
  ])('leaves the saved partitions in a sound table: $name', async ({ image, code, words = SAVING }) => {
    await writeFile(shell.path('image'), image())
    const { exitCode, stderr } = await install('-f', 'image', ...words)
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(`[${code}]`) })
    const says = words.length > 0 ? /does not boot now.* and nothing else: 5 "data"/ : /has no partitions now/
    expect(stderr).toMatch(says)
    await expectReset(words)
  })

  it('leaves them when the image can’t be read to its end', async () => {
    await writeFile(shell.path('source'), bytes)
    await using source = await createLoopDisk(shell.path('source'), { byteLength: bytes.byteLength })
    await writeFile(source.device, bytes)
    execFileSync('blockdev', ['--flushbufs', source.device])
    await truncate(source.path, 20 * MIB)
    const { exitCode, stderr } = await install('-f', source.device, ...SAVING)
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('[IO_FAILED]') })
    expect(stderr).toContain(`read ${source.device}`)
    await expectReset(SAVING)
  })
})

describe('an installation that fails', () => {
  beforeEach((context) => setUp(context, 512))

  it('since the checksum is wrong resets the partition table', async () => {
    await writeFile(shell.path('image'), bytes)
    const { exitCode, stderr } = await install('-f', 'image', '--checksum', `sha256:${'0'.repeat(64)}`, ...SAVING)
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('[CHECKSUM_MISMATCH]') })
    await expectReset(SAVING)
  })

  it('since the signature is not that of the image has no table with it, even with --insecure', async () => {
    const key = await makeKey()
    await writeFile(shell.path('key.pgp'), key.toPublic().write())
    await writeFile(shell.path('image.sig'), await makeSignature(bytes, { keys: [key] }))
    const other = Uint8Array.from(bytes)
    other[38 * MIB] = 1
    await writeFile(shell.path('image'), other)
    const words = ['-f', 'image', '--keyring', 'key.pgp', ...SAVING]
    for (const more of [[], ['--insecure']]) {
      await disk.restore()
      const { exitCode, stderr } = await shell.run(['install', disk.device, ...words, ...more])
      expect(exitCode).toBe(1)
      expect(stderr).toMatch(
        /its partition table has the saved partitions, and nothing else[\s\S]*\[SIGNATURE_INVALID\]/,
      )
      await expectReset(SAVING)
    }
  })

  it('leaves the disk as it is when that is asked for, with a copy of the saved table', async () => {
    await writeFile(shell.path('image'), gzipSync(bytes, { level: 1 }).subarray(0, -500))
    const { exitCode, stderr } = await install('-f', 'image', ...SAVING, '--preserve-on-error', '--json')
    expect(exitCode).toBe(1)
    const { target } = JSON.parse(stderr.split('\n').find((line) => line.includes('"target"')) ?? '')
    expect(target).toMatchObject({
      path: disk.device,
      state: 'preserved',
      savedPartitions: [{ number: 5, name: 'data' }],
    })
    expect(listPartitions(target.partitionBackup)).toEqual([[5, 'data']])
    expect(await disk.hasData()).toBe(true)
  })

  it.each([
    { name: 'Ctrl-C makes of it', signals: ['SIGINT'] },
    { name: 'Ctrl-C makes of it when npx passes that on', signals: ['SIGINT', 'SIGINT'] },
    { name: 'kill makes of it', signals: ['SIGTERM'] },
    { name: 'closing the terminal makes of it', signals: ['SIGHUP', 'SIGTERM', 'SIGHUP'] },
  ] as const)('is what $name', async ({ signals }) => {
    const words = ['-f', '-', '--insecure', '--progress', 'json', '--json', ...SAVING]
    const running = shell.start(['install', disk.device, ...words], { env: { TMPDIR: shell.path('tmp') } })
    running.child.stdin.write(bytes.subarray(0, 20 * MIB))
    while (disk.writtenByteLength() < 10 * MIB) await delay(1)
    for (const signal of signals) {
      running.child.kill(signal)
      await delay(2) // the same signal twice at once is one
    }
    expect(await running.closed).toBe(130)
    const events: readonly object[] = running
      .stderr()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events.slice(-3)).toMatchObject([
      { progress: { phase: 'write', bytesDone: expect.any(Number) } },
      { target: { path: disk.device, state: 'reset', savedPartitions: [{ number: 5 }] } },
      { error: { code: 'INTERRUPTED' } },
    ])
    await expectReset(SAVING)
    await using again = await openBlockDevice(disk.device)
    expect(again.byteLength).toBeGreaterThan(0)
  })
})

describe('what takes no more', () => {
  beforeEach(async (context) => {
    await setUp(context, 512)
    await writeFile(
      shell.path('noise'),
      Buffer.concat([bytes.subarray(0, 2 * MIB), randomFillSync(Buffer.alloc(38 * MIB))]),
    )
    await mkdir(shell.path('small'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', shell.path('small')])
  })
  afterEach(() => execFileSync('umount', ['--lazy', shell.path('small')]))

  it.each([512, 4096] as const)(
    'is a disk with sectors of %i bytes, which has no table with the image then',
    async (sectorSize) => {
      const { path } = await makeMetalImage({ sectorSize })
      const head = (await readFile(path)).subarray(0, 2 * MIB)
      await writeFile(shell.path('noise'), head, { flag: 'r+' })
      await using full = await createLoopDisk(shell.path('small/disk'), { byteLength: 128 * MIB, sectorSize })
      const result = await shell.run(['install', full.device, '-f', 'noise', '--insecure'])
      expect(result.exitCode).toBe(1)
      expect(result.stderr).toMatch(/\[(?:IO_FAILED|DISK_FULL|WRITE_NOT_KEPT)\]/)
      expect(result.stderr).toMatch(/has no partitions now|is as the failure left it/)
      expect(listPartitions(full.device)).toEqual([])
    },
  )

  it('is the file system of a new image file, of which nothing is left', async () => {
    const result = await shell.run(['install', '--to-file', 'small/disk.raw', '-f', 'noise', '--insecure'])
    expect(result).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('[DISK_FULL]') })
    expect(await readdir(shell.path('small'))).toEqual([])
  })
})

it('nothing is left in the temporary directory of an installation that is done', async (context) => {
  await setUp(context, 512)
  const result = await install('-f', disk.image.path, ...SAVING)
  expect(result.exitCode, result.stderr).toBe(0)
  expect(await readdir(shell.path('tmp'))).toEqual([])
})
