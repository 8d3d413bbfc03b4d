import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createDiskFile } from '../../../src/node/disk-file/index.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const MIB = 1024 * 1024

let path: string
let directory: string
beforeEach(async () => {
  const temporary = await temporaryDirectory()
  onTestFinished(() => temporary[Symbol.asyncDispose]())
  directory = temporary.path
  path = join(directory, 'disk.raw')
})

describe('a file that stands for a disk', () => {
  it('has what was written, and zeros elsewhere, whatever the order of the writes', async () => {
    const write = fc.record({
      offset: fc.nat(MIB - 1),
      byteLength: fc.integer({ min: 1, max: 300_000 }),
      value: fc.constantFrom(0, 0, 7, 0xff),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(write, { maxLength: 12 }), async (writes) => {
        const expected = new Uint8Array(MIB)
        await using disk = await createDiskFile(path, { byteLength: MIB, sectorSize: 512 })
        for (const { offset, byteLength, value } of writes) {
          const bytes = new Uint8Array(Math.min(byteLength, MIB - offset)).fill(value)
          expected.set(bytes, offset)
          await disk.write(offset, bytes)
        }
        await disk.flush()
        const kept = new Uint8Array(MIB)
        await disk.readBack(0, kept)
        expect(Buffer.from(kept).equals(expected)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('takes no space for zeros', async () => {
    await using disk = await createDiskFile(path, { byteLength: 1024 * MIB, sectorSize: 512 })
    for (let offset = 0; offset < 64 * MIB; offset += 4 * MIB) await disk.write(offset, new Uint8Array(4 * MIB))
    await disk.write(8 * MIB, Uint8Array.of(1))
    await disk.commit()
    const { size, blocks, mode } = await stat(path)
    expect(size).toBe(1024 * MIB)
    expect(blocks * 512).toBeLessThan(MIB)
    expect(mode & 0o777).toBe(0o600)
  })

  it('overwrites with zeros what was something else', async () => {
    await using disk = await createDiskFile(path, { byteLength: MIB, sectorSize: 512 })
    await disk.write(100, Uint8Array.of(1, 2, 3))
    await disk.write(0, new Uint8Array(65_536))
    await disk.commit()
    expect((await readFile(path)).every((byte) => byte === 0)).toBe(true)
  })

  it('is not there unless it is committed', async () => {
    {
      await using disk = await createDiskFile(path, { byteLength: MIB, sectorSize: 512 })
      await disk.write(0, Uint8Array.of(1))
    }
    expect(await readdir(directory)).toEqual([])
  })

  it('refuses bytes behind its end, at the first that does not fit', async () => {
    await using disk = await createDiskFile(path, { byteLength: MIB, sectorSize: 512 })
    await disk.write(MIB - 512, new Uint8Array(512).fill(1))
    await expect(disk.write(MIB - 511, new Uint8Array(512))).rejects.toMatchObject({ code: 'UNEXPECTED_END' })
  })

  it('leaves a file alone that is there, and replaces it when told so', async () => {
    await writeFile(path, 'precious')
    const options = { byteLength: MIB, sectorSize: 512 }
    await expect(createDiskFile(path, options)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' })
    await using disk = await createDiskFile(path, { ...options, overwrite: true })
    expect(await readFile(path, 'utf8')).toBe('precious')
    await disk.commit()
    expect((await stat(path)).size).toBe(MIB)
  })

  it('is made of regular files only', async () => {
    const making = createDiskFile('/dev/null', { byteLength: MIB, sectorSize: 512 })
    await expect(making).rejects.toMatchObject({ code: 'NOT_A_FILE' })
  })
})
