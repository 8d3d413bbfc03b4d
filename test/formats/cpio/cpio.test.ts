import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeUtf8, joinBytes } from '../../../src/bytes/index.ts'
import {
  type CpioMember,
  encodeCpio,
  memberType,
  readCpioHeader,
  skipCpioPadding,
} from '../../../src/formats/cpio/index.ts'
import { readerOf } from '../../support/byte-readers.ts'

const LIMITS = { maxNameByteLength: 4096 }

/** Reads an archive up to its trailer. */
async function readMembers(archive: Uint8Array, chunkByteLength?: number): Promise<CpioMember[]> {
  const reader = readerOf(archive, chunkByteLength)
  const members: CpioMember[] = []
  while (true) {
    const header = await readCpioHeader(reader, LIMITS)
    if (header.isTrailer) break
    members.push({ path: header.name, mode: header.mode, bytes: (await reader.take(header.byteLength)).slice() })
    await skipCpioPadding(reader, header)
  }
  expect(reader.offset).toBe(archive.byteLength)
  return members
}

/** A header with the fields that a test is about. */
function headerBytes(fields: { magic?: string; byteLength?: string; nameByteLength?: string } = {}): string {
  const { magic = '070701', byteLength = '00000000', nameByteLength = '00000002' } = fields
  return `${magic}00000000000081a4${'0'.repeat(32)}${byteLength}${'0'.repeat(32)}${nameByteLength}00000000`
}

it('writes the header that the kernel documents, in lower-case digits', () => {
  const [file, trailer] = [0xabc, 0].map((mode) => encodeCpio([{ path: 'etc/a', mode, bytes: encodeUtf8('12345') }]))
  const header =
    '070701' + // magic
    '00000000' + // inode number
    '00000abc' + // mode
    '00000000' + // owner
    '00000000' + // group
    '00000001' + // links
    '00000000' + // time
    '00000005' + // bytes
    '00000000000000000000000000000000' + // devices
    '00000006' + // bytes of the name
    '00000000' // sum
  const end =
    '07070100000000000000000000000000000000000000010000000000000000000000000000000000000000000000000000000b00000000'
  const text = `${header}etc/a\0${'12345\0\0\0'}${end}TRAILER!!!\0\0\0\0`
  expect(new TextDecoder().decode(file)).toBe(text)
  expect(trailer?.byteLength).toBe(text.length)
})

it('numbers inodes from 0 over all members, and gives the trailer 0', () => {
  const archive = new TextDecoder().decode(encodeCpio(['a', 'b', 'c'].map((path) => ({ path, mode: 0o100600 }))))
  expect([...archive.matchAll(/070701(.{8})/g)].map(([, ino]) => Number.parseInt(ino ?? '', 16))).toEqual([0, 1, 2, 0])
})

const member: fc.Arbitrary<CpioMember> = fc.record({
  path: fc
    .string({ minLength: 1, maxLength: 40, unit: 'binary' })
    .filter((path) => !path.includes('\0') && path !== 'TRAILER!!!'),
  mode: fc.nat(0xffffffff),
  bytes: fc.uint8Array({ maxLength: 40 }),
})

it('reads what it wrote, however the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(member, { maxLength: 5 }), fc.integer({ min: 1, max: 130 }), async (members, size) => {
      expect(await readMembers(encodeCpio(members), size)).toEqual(members)
    }),
  )
})

it('strips all NULs that end a name, since some producers align data with them', async () => {
  const bytes = encodeUtf8(`${headerBytes({ nameByteLength: '0000000a' })}a${'\0'.repeat(9)}`)
  const reader = readerOf(bytes)
  expect(await readCpioHeader(reader, LIMITS)).toMatchObject({ name: 'a' })
  expect(reader.offset).toBe(120)
})

it('ignores the sum of archives that have one, and reads digits of either case', async () => {
  const bytes = encodeUtf8(`${headerBytes({ magic: '070702', byteLength: '0000001F' })}a\0`)
  expect(await readCpioHeader(readerOf(bytes), LIMITS)).toMatchObject({ name: 'a', byteLength: 31 })
})

describe('a damaged header is named with its place', () => {
  it.each([
    { name: 'another magic', text: headerBytes({ magic: '070707' }), code: 'CPIO_CORRUPT', where: 'offset 4' },
    {
      name: 'no digits',
      text: `${headerBytes({ byteLength: '0000-001' })}a\0`,
      code: 'CPIO_CORRUPT',
      where: 'offset 4',
    },
    { name: 'a name without NUL', text: `${headerBytes()}ab`, code: 'CPIO_CORRUPT', where: 'offset 114' },
    { name: 'an empty name', text: `${headerBytes()}\0\0`, code: 'CPIO_CORRUPT', where: 'offset 114' },
    { name: 'no name', text: headerBytes({ nameByteLength: '00000000' }), code: 'CPIO_CORRUPT', where: 'offset 114' },
    {
      name: 'a NUL inside the name',
      text: `${headerBytes({ nameByteLength: '00000004' })}a\0b\0`,
      code: 'CPIO_CORRUPT',
      where: 'offset 114',
    },
    {
      name: 'an enormous name',
      text: headerBytes({ nameByteLength: 'ffffffff' }),
      code: 'LIMIT_EXCEEDED',
      where: 'offset 4',
    },
    { name: 'an early end', text: headerBytes().slice(0, 60), code: 'UNEXPECTED_END', where: 'offset 64' },
  ])('$name', async ({ text, code, where }) => {
    const reader = readerOf(encodeUtf8(`skip${text}`))
    await reader.skip(4)
    const failing = readCpioHeader(reader, LIMITS)
    await expect(failing).rejects.toMatchObject({ code, message: expect.stringContaining(where) })
  })

  it('a name that is not UTF-8', async () => {
    const bytes = joinBytes([encodeUtf8(headerBytes()), Uint8Array.of(0xff, 0)])
    await expect(readCpioHeader(readerOf(bytes), LIMITS)).rejects.toMatchObject({ code: 'TEXT_NOT_UTF8' })
  })
})

it('accepts a name as long as the limit, and no longer', async () => {
  const archive = encodeCpio([{ path: 'a'.repeat(99), mode: 0 }])
  await expect(readCpioHeader(readerOf(archive), { maxNameByteLength: 100 })).resolves.toBeTruthy()
  await expect(readCpioHeader(readerOf(archive), { maxNameByteLength: 99 })).rejects.toMatchObject({
    code: 'LIMIT_EXCEEDED',
  })
})

it.each(['', 'a\0b', 'TRAILER!!!'])('refuses to write the path %j', (path) => {
  expect(() => encodeCpio([{ path, mode: 0 }])).toThrow(expect.objectContaining({ code: 'MEMBER_PATH_INVALID' }))
})

it.each([
  { mode: 0o100644, type: 'file' },
  { mode: 0o040755, type: 'directory' },
  { mode: 0o120777, type: 'symlink' },
  { mode: 0o020600, type: 'character' },
  { mode: 0o060600, type: 'block' },
  { mode: 0o010600, type: 'fifo' },
  { mode: 0o140600, type: 'socket' },
  { mode: 0, type: 'unknown' },
])('tells a $type by its mode', ({ mode, type }) => {
  expect(memberType(mode)).toBe(type)
})
