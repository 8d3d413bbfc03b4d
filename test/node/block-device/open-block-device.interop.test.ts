import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { findFilesystems, openBlockDevice, runProgram } from '../../../src/node/block-device/index.ts'
import { needs } from '../../support/needs.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const MIB = 1024 * 1024

let directory: string
beforeEach(async (context) => {
  needs(context, 'linux', 'root', '/dev/loop-control', 'losetup', 'mkswap', 'mkfs.ext4', 'sgdisk', 'partx')
  const temporary = await temporaryDirectory()
  onTestFinished(() => temporary[Symbol.asyncDispose]())
  directory = temporary.path
})

function run(program: string, ...parameters: readonly string[]): string {
  return execFileSync(program, parameters, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
}

async function loopDevice(sectorSize = 512): Promise<string> {
  const file = join(directory, 'disk.raw')
  await writeFile(file, '')
  await truncate(file, 64 * MIB)
  const device = run('losetup', '--find', '--show', '--sector-size', String(sectorSize), file)
  onTestFinished(() => {
    spawnSync('partx', ['--delete', device]) // it fails where there are no partitions
    run('losetup', '--detach', device)
  })
  return device
}

describe.each([
  { sectorSize: 512, fastPaths: true },
  { sectorSize: 512, fastPaths: false },
  { sectorSize: 4096, fastPaths: true },
  { sectorSize: 4096, fastPaths: false },
])('a disk with sectors of $sectorSize bytes, fast paths $fastPaths', ({ sectorSize, fastPaths }) => {
  it('holds what was written at any offset, and nothing else changes', async () => {
    const path = await loopDevice(sectorSize)
    const expected = new Uint8Array(randomBytes(10 * MIB))
    await using disk = await openBlockDevice(path, { fastPaths })
    expect(disk).toMatchObject({ byteLength: 64 * MIB, sectorSize })
    await disk.write(0, expected)
    for (const [offset, byteLength] of [
      [0, 1],
      [511, 2],
      [4095, 4098],
      [MIB + 7, 5 * MIB],
    ] as const) {
      const bytes = new Uint8Array(randomBytes(byteLength))
      await disk.write(offset, bytes)
      expected.set(bytes, offset)
    }
    await disk.flush()
    const kept = new Uint8Array(expected.byteLength)
    await disk.readBack(0, kept)
    expect(Buffer.compare(kept, expected)).toBe(0)
    expect(Buffer.compare(await disk.read(4097, 3 * MIB), expected.subarray(4097, 4097 + 3 * MIB))).toBe(0)
  })

  it('takes its last byte, and nothing behind it', async () => {
    const path = await loopDevice(sectorSize)
    await using disk = await openBlockDevice(path, { fastPaths })
    await disk.write(64 * MIB - 1, Uint8Array.of(7))
    expect(await disk.read(64 * MIB - 2, 2)).toEqual(Uint8Array.of(0, 7))
    await expect(disk.write(64 * MIB - 1, new Uint8Array(2))).rejects.toMatchObject({ code: 'UNEXPECTED_END' })
  })
})

describe('a disk in use', () => {
  it('is not opened twice', async () => {
    const path = await loopDevice()
    await using _disk = await openBlockDevice(path)
    await expect(openBlockDevice(path)).rejects.toMatchObject({ code: 'DEVICE_BUSY' })
  })

  it('is refused with where it is mounted, and accepted afterwards', async () => {
    const path = await loopDevice()
    const mountPoint = join(directory, 'a place')
    await mkdir(mountPoint)
    run('mkfs.ext4', '-q', '-L', 'boot', path)
    run('mount', path, mountPoint)
    try {
      await expect(openBlockDevice(path)).rejects.toMatchObject({
        code: 'DEVICE_BUSY',
        message: expect.stringContaining(`${path} (loop device): mounted on ${mountPoint}`),
      })
    } finally {
      run('umount', mountPoint)
    }
    expect(await findFilesystems(runProgram, path)).toMatchObject([{ path, type: 'ext4', label: 'boot' }])
    await using disk = await openBlockDevice(path)
    expect(disk.byteLength).toBe(64 * MIB)
  })

  it('is refused while the system swaps to it', async () => {
    const path = await loopDevice()
    run('mkswap', path)
    run('swapon', path)
    try {
      await expect(openBlockDevice(path)).rejects.toMatchObject({
        message: expect.stringContaining('(loop device): swap space'),
      })
    } finally {
      run('swapoff', path)
    }
  })
})

describe('a disk with a filesystem in use', () => {
  let path: string
  let mountPoint: string
  beforeEach(async () => {
    path = await loopDevice()
    mountPoint = join(directory, 'a place')
    await mkdir(mountPoint)
    run('mkfs.ext4', '-q', path)
    run('mount', path, mountPoint)
    onTestFinished(() => {
      void spawnSync('umount', [mountPoint])
    })
  })

  it('is refused with the swap file and the mounted image file on it', async () => {
    const image = join(mountPoint, 'an image')
    await writeFile(image, '')
    await truncate(image, 8 * MIB)
    run('mkfs.ext4', '-q', image)
    const inner = run('losetup', '--find', '--show', image)
    onTestFinished(() => {
      run('losetup', '--detach', inner)
    })
    const innerMount = join(directory, 'inner')
    await mkdir(innerMount)
    run('mount', inner, innerMount)
    onTestFinished(() => {
      run('umount', innerMount)
    })
    const swapFile = join(mountPoint, 'swap file')
    run('dd', 'if=/dev/zero', `of=${swapFile}`, 'bs=1M', 'count=2')
    run('mkswap', swapFile)
    run('swapon', swapFile)
    onTestFinished(() => {
      run('swapoff', swapFile)
    })

    const error: unknown = await openBlockDevice(path).catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'DEVICE_BUSY',
      details: {
        use: {
          path,
          mountPoints: [mountPoint],
          swapFiles: [swapFile],
          on: [{ path: inner, kind: 'loop', backingFile: image, mountPoints: [innerMount] }],
        },
      },
    })
    expect(String(error)).toContain(`\n    ${inner} (loop device of ${image}): mounted on ${innerMount}`)
  })

  it('is refused with the places that a part of it is bound to', async () => {
    const bound = join(directory, 'bound')
    await mkdir(bound)
    run('mount', '--bind', join(mountPoint, 'lost+found'), bound)
    onTestFinished(() => {
      run('umount', bound)
    })
    run('umount', mountPoint)
    await expect(openBlockDevice(path)).rejects.toMatchObject({ details: { use: { mountPoints: [bound] } } })
  })

  it('is refused when only another mount namespace has it', async () => {
    const other = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', 'echo ready; read _'])
    const ended = once(other, 'exit')
    await once(other.stdout, 'data')
    run('umount', mountPoint)
    const refusal = expect(openBlockDevice(path)).rejects
    await refusal.toMatchObject({ code: 'DEVICE_BUSY', hint: expect.stringContaining('containers') })
    other.stdin.end()
    await ended
  })
})

describe('partitions', () => {
  it('are seen by the system once the table is read again; the old ones are gone; none of them is a disk', async () => {
    const path = await loopDevice()
    run('sgdisk', '--new=1:2048:+8M', '--new=2:0:+8M', '--new=3:0:+8M', path)
    run('partx', '--update', path)
    {
      await using disk = await openBlockDevice(path)
      const other = join(directory, 'other.raw')
      await writeFile(other, '')
      await truncate(other, 64 * MIB)
      run('sgdisk', '--new=1:4096:+4M', '--new=4:0:+4M', other)
      await disk.write(0, await readFile(other))
      await disk.flush()
      expect(await disk.rereadPartitions()).toBeUndefined()
    }
    const name = path.replace('/dev/', '')
    const parts = (await readdir(`/sys/block/${name}`)).filter((inside) => inside.startsWith(name))
    expect(parts.sort()).toEqual([`${name}p1`, `${name}p4`])
    await expect(openBlockDevice(`${path}p4`)).rejects.toMatchObject({
      code: 'NOT_A_DISK',
      hint: expect.stringContaining(path),
    })
  })
})

describe('what is no disk', () => {
  it('is refused: a file', async () => {
    const file = join(directory, 'file')
    await writeFile(file, 'text')
    await expect(openBlockDevice(file)).rejects.toMatchObject({ code: 'NOT_A_DISK' })
    await expect(openBlockDevice(join(directory, 'none'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
  })

  it.each(['/dev/null', '/dev'])('is refused: %s', async (path) => {
    await expect(openBlockDevice(path)).rejects.toMatchObject({ code: 'NOT_A_DISK', hint: expect.any(String) })
  })

  it('is refused: a device that nothing may be written to', async () => {
    const path = await loopDevice()
    run('blockdev', '--setro', path)
    onTestFinished(() => {
      run('blockdev', '--setrw', path)
    })
    await expect(openBlockDevice(path)).rejects.toMatchObject({ code: 'READ_ONLY', hint: expect.any(String) })
  })

  it('is refused: a drive without a medium, such as a loop device without a file', async () => {
    const path = run('losetup', '--find')
    await expect(openBlockDevice(path)).rejects.toMatchObject({ code: 'NOT_A_DISK', hint: expect.any(String) })
  })
})
