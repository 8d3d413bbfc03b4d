import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SectorFile, SectorIo } from '../../../src/node/block-device/index.ts'

const MIB = 1024 * 1024

/** A device that takes whole sectors only, and at most so many bytes at a time. */
function device(bytes: Uint8Array, { sectorSize = 512, most = Number.POSITIVE_INFINITY } = {}): SectorFile {
  const take = (offset: number, length: number, position: number): number => {
    if (position % sectorSize !== 0 || length % sectorSize !== 0 || offset % sectorSize !== 0) {
      throw Object.assign(new Error('unaligned'), { code: 'EINVAL', syscall: 'write' })
    }
    return Math.min(length, most, bytes.byteLength - position)
  }
  return {
    async read(into, offset, length, position) {
      const bytesRead = take(offset, length, position)
      into.set(bytes.subarray(position, position + bytesRead), offset)
      return { bytesRead }
    },
    async write(from, offset, length, position) {
      const bytesWritten = take(offset, length, position)
      bytes.set(from.subarray(offset, offset + bytesWritten), position)
      return { bytesWritten }
    },
  }
}

describe('a device that takes whole sectors', () => {
  it.each([
    { sectorSize: 512, most: Number.POSITIVE_INFINITY },
    { sectorSize: 512, most: 1000 },
    { sectorSize: 4096, most: 5000 },
  ])('takes any bytes at any offset: $sectorSize, $most at a time', async ({ sectorSize, most }) => {
    const write = fc.record({
      offset: fc.nat(50_000),
      byteLength: fc.nat(15_000),
      value: fc.integer({ min: 1, max: 255 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(write, { maxLength: 8 }), async (writes) => {
        const bytes = new Uint8Array(65_536)
        const expected = new Uint8Array(65_536)
        const io = new SectorIo(device(bytes, { sectorSize, most }), { name: 'disk', sectorSize })
        // All at once: they share memory, and still happen in order.
        await Promise.all(
          writes.map(({ offset, byteLength, value }) => {
            expected.fill(value, offset, offset + byteLength)
            return io.write(offset, new Uint8Array(byteLength).fill(value))
          }),
        )
        const seen = new Uint8Array(65_000)
        await io.readInto(300, seen)
        expect(Buffer.compare(bytes, expected)).toBe(0)
        expect(Buffer.compare(seen, expected.subarray(300, 65_300))).toBe(0)
      }),
      { numRuns: 40 },
    )
  })

  it('gets more than fits into memory at once', async () => {
    const bytes = new Uint8Array(10 * MIB)
    const io = new SectorIo(device(bytes), { name: 'disk', sectorSize: 512 })
    await io.write(1, new Uint8Array(9 * MIB).fill(7))
    expect([bytes[0], bytes[1], bytes[9 * MIB], bytes[9 * MIB + 1]]).toEqual([0, 7, 7, 0])
    expect(bytes.indexOf(0, 1)).toBe(9 * MIB + 1)
  })

  it.each([
    { errno: 'EIO', code: 'IO_FAILED' },
    { errno: 'ENOSPC', code: 'DISK_FULL' },
  ])('says where a write failed with $errno, and goes on with the next', async ({ errno, code }) => {
    const bytes = new Uint8Array(65_536)
    const sound = device(bytes, { most: 1024 })
    const file: SectorFile = {
      read: sound.read,
      async write(from, offset, length, position) {
        if (position === 4096) throw Object.assign(new Error(errno), { code: errno, syscall: 'write' })
        return await sound.write(from, offset, length, position)
      },
    }
    const io = new SectorIo(file, { name: '/dev/test', sectorSize: 512 })
    const failed = io.write(1024, new Uint8Array(8192))
    const next = io.write(0, Uint8Array.of(9))
    const message = expect.stringContaining('Cannot write /dev/test at offset 4096')
    await expect(failed).rejects.toMatchObject({ code, message })
    await next
    expect(bytes[0]).toBe(9)
  })

  it('fails where the device takes nothing more, or a part of a sector', async () => {
    for (const most of [0, 100]) {
      const io = new SectorIo(device(new Uint8Array(8192), { most }), { name: 'disk', sectorSize: 512 })
      await expect(io.write(0, new Uint8Array(4096))).rejects.toMatchObject({ code: 'IO_FAILED' })
    }
  })

  it('stops reading when asked to', async () => {
    const io = new SectorIo(device(new Uint8Array(8192)), { name: 'disk', sectorSize: 512 })
    await expect(io.readInto(0, new Uint8Array(10), AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' })
  })
})
