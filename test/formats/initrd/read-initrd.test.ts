import { describe, expect, it } from 'vitest'
import { encodeUtf8, joinBytes, memorySource } from '../../../src/bytes/index.ts'
import { FormatError } from '../../../src/errors.ts'
import {
  encodeInitrd,
  type InitrdLimits,
  listInitrd,
  portableCodecs,
  type ReadInitrdOptions,
  readInitrd,
  walkInitrd,
} from '../../../src/formats/initrd/index.ts'
import { encodeXz } from '../../../src/formats/xz/index.ts'
import { readerOf } from '../../support/byte-readers.ts'
import { cpioBytes, cpioMemberBytes } from '../../support/cpio-builder.ts'

const codecs = portableCodecs

/** The files as `path=text`. */
async function read(initrd: Uint8Array, options: Omit<ReadInitrdOptions, 'codecs'> = {}): Promise<string[]> {
  const files = await readInitrd(memorySource(initrd, 'test.img'), { codecs, ...options })
  return files.map(({ path, bytes }) => `${path}=${new TextDecoder().decode(bytes)}`)
}

const zeros = (byteLength: number): Uint8Array => new Uint8Array(byteLength)
const one = (text: string, path = 'a'): Uint8Array => cpioBytes([{ path, text }])

describe('archives', () => {
  it.each([
    { name: 'nothing at all', initrd: [], files: [] },
    { name: 'one', initrd: [one('1')], files: ['a=1'] },
    { name: 'two, directly behind each other', initrd: [one('1'), one('2', 'b')], files: ['a=1', 'b=2'] },
    {
      name: 'two with zeros between and behind',
      initrd: [one('1'), zeros(515), one('2', 'b'), zeros(3)],
      files: ['a=1', 'b=2'],
    },
    { name: 'one whose trailer is missing', initrd: [cpioMemberBytes({ path: 'a', text: '1' })], files: ['a=1'] },
  ])('$name, plain and inside one xz stream', async ({ initrd, files }) => {
    expect(await read(joinBytes(initrd))).toEqual(files)
    expect(await read(joinBytes([await encodeXz(joinBytes(initrd)), zeros(100)]))).toEqual(files)
  })

  it('of each kind mixed, with plain ones that are not aligned', async () => {
    const initrd = joinBytes([
      one('1'),
      await encodeXz(one('2', 'b')),
      zeros(5),
      one('3', 'c'),
      await encodeXz(one('4', 'd')),
    ])
    expect(await read(initrd)).toEqual(['a=1', 'b=2', 'c=3', 'd=4'])
  })

  it('are listed with everything about their members', async () => {
    const members = [
      { path: 'etc', mode: 0o040755 },
      { path: './etc/link', mode: 0o120777, text: 'target' },
      { path: '/dev/x', mode: 0o020600 },
    ]
    const initrd = joinBytes([one('1'), zeros(8), await encodeXz(cpioBytes(members))])
    const archiveOffset = one('1').byteLength + 8
    const common = { archiveOffset, compression: 'xz', linkCount: 1 }
    expect(await listInitrd(memorySource(initrd), { codecs })).toEqual([
      {
        path: 'a',
        type: 'file',
        mode: 0o100644,
        byteLength: 1,
        archiveOffset: 0,
        compression: undefined,
        linkCount: 1,
        fileId: '0:8:1:1',
      },
      { ...common, path: 'etc', type: 'directory', mode: 0o040755, byteLength: 0, fileId: '1:8:1:1' },
      { ...common, path: 'etc/link', type: 'symlink', mode: 0o120777, byteLength: 6, fileId: '1:8:1:1' },
      { ...common, path: '/dev/x', type: 'character', mode: 0o020600, byteLength: 0, fileId: '1:8:1:1' },
    ])
  })
})

describe('files', () => {
  it('the last copy wins when a path appears twice, as for the kernel', async () => {
    expect(await read(joinBytes([one('1'), one('2'), one('3', './a')]))).toEqual(['a=3'])
  })

  it('one that a directory or a link replaces is gone', async () => {
    const link = { path: 'a', mode: 0o120777, text: 'b' }
    expect(await read(cpioBytes([{ path: 'a', text: '1' }, { path: 'b', text: '2' }, link]))).toEqual(['b=2'])
  })

  it.each([
    { name: './a', path: 'a' },
    { name: '././a//b/./c', path: 'a/b/c' },
    { name: 'a/', path: 'a' },
    { name: '.a/..b', path: '.a/..b' },
    { name: '/a', path: '/a' },
    { name: '../a', path: '../a' },
  ])('the name $name is the path $path', async ({ name, path }) => {
    expect(await read(one('x', name))).toEqual([`${path}=x`])
  })

  it('come in the order of their bytes', async () => {
    const paths = ['b', '\u{1f4be}', '\ue000', 'a/x', 'a-x']
    const files = await read(cpioBytes(paths.map((path) => ({ path }))))
    expect(files).toEqual(['a-x=', 'a/x=', 'b=', '\ue000=', '\u{1f4be}='])
  })

  it('only those that the filter wants', async () => {
    const initrd = cpioBytes(['a', 'b', 'c'].map((path) => ({ path, text: path })))
    expect(await read(initrd, { filter: (path) => path !== 'b' })).toEqual(['a=a', 'c=c'])
  })

  it('all names of one file get its contents, which stand on one of them', async () => {
    const link = (path: string, text = '', ino = 5) => ({ path, text, ino, linkCount: 2 })
    expect(await read(cpioBytes([link('a'), link('b', 'data')]))).toEqual(['a=data', 'b=data'])
    expect(await read(cpioBytes([link('a', 'data'), link('b')]))).toEqual(['a=data', 'b=data'])
    expect(await read(cpioBytes([link('a'), link('b', 'data', 6)]))).toEqual(['a=', 'b=data'])
    expect(await read(joinBytes([cpioBytes([link('a')]), cpioBytes([link('b', 'data')])]))).toEqual(['a=', 'b=data'])
    const onlyFirst = await read(cpioBytes([link('a'), link('b', 'data')]), { filter: (path) => path === 'a' })
    expect(onlyFirst).toEqual(['a=data'])
  })
})

it('reads alike however the bytes are cut', async () => {
  const initrd = joinBytes([one('1'), zeros(7), await encodeXz(one('2', 'b')), one('3', 'c')])
  for (let size = 1; size <= initrd.byteLength; size++) {
    const files = await readInitrd(readerOf(initrd, size), { codecs })
    expect(files.map(({ path }) => path)).toEqual(['a', 'b', 'c'])
  }
})

it('reports every truncation of a compressed archive, and names the place', async () => {
  const plain = one('1')
  const initrd = joinBytes([plain, await encodeXz(one('some text that goes on and on', 'b'))])
  for (let end = plain.byteLength + 1; end < initrd.byteLength; end++) {
    const failing = read(initrd.subarray(0, end))
    await expect(failing).rejects.toBeInstanceOf(FormatError)
    await expect(failing).rejects.toThrow('test.img')
  }
})

it('reports every truncation of a plain archive, except between two members', async () => {
  const members = ['a', 'b'].map((path) => cpioMemberBytes({ path, text: 'text' }))
  const initrd = joinBytes([...members, cpioBytes([])])
  const whole = [0, members[0]?.byteLength ?? 0, 2 * (members[0]?.byteLength ?? 0), initrd.byteLength]
  for (let end = 0; end < initrd.byteLength - 3; end++) {
    const outcome = await read(initrd.subarray(0, end)).catch((error: unknown) => error)
    if (whole.includes(end)) expect(outcome).toBeInstanceOf(Array)
    else expect(outcome).toBeInstanceOf(FormatError)
  }
})

it.each([
  { name: 'zeros before the first archive', initrd: [zeros(4), one('1')], code: 'CPIO_CORRUPT' },
  { name: 'zeros only', initrd: [zeros(512)], code: 'CPIO_CORRUPT' },
  { name: 'text behind an archive', initrd: [one('1'), encodeUtf8('garbage')], code: 'CPIO_CORRUPT' },
  { name: 'text that is no archive', initrd: [encodeUtf8('{"ignition":{}}')], code: 'CPIO_CORRUPT' },
  { name: 'a format that these codecs lack', initrd: [Uint8Array.of(0x1f, 0x8b, 8, 0)], code: 'CODEC_MISSING' },
  { name: 'zstd behind a skippable frame', initrd: [Uint8Array.of(0x5a, 0x2a, 0x4d, 0x18, 0)], code: 'CODEC_MISSING' },
])('refuses $name', async ({ initrd, code }) => {
  await expect(read(joinBytes(initrd))).rejects.toMatchObject({ code, name: 'FormatError' })
})

it('says at which offset of the initrd and of the stream a compressed archive is damaged', async () => {
  const initrd = joinBytes([one('1'), await encodeXz(joinBytes([one('2'), encodeUtf8('070701 garbage'.padEnd(200))]))])
  const [first, second] = [one('1').byteLength, one('2').byteLength]
  await expect(read(initrd)).rejects.toThrow(new RegExp(`offset ${second} .*xz archive at offset ${first} of test.img`))
})

describe('limits', () => {
  const initrd = cpioBytes(['a', 'b', 'c'].map((path) => ({ path, text: '12345678' })))
  it.each<{ limit: keyof InitrdLimits; fits: number; filter?: (path: string) => boolean }>([
    { limit: 'maxMemberCount', fits: 3, filter: () => false },
    { limit: 'maxNameByteLength', fits: 11 },
    { limit: 'maxFileByteLength', fits: 8 },
    { limit: 'maxTotalByteLength', fits: 24 },
    { limit: 'maxTotalByteLength', fits: 8, filter: (path) => path === 'b' },
    { limit: 'maxDecompressedByteLength', fits: initrd.byteLength, filter: () => false },
  ])('$limit holds at $fits, and one less does not', async ({ limit, fits, filter }) => {
    const stream = await encodeXz(initrd)
    await expect(read(stream, { filter, limits: { [limit]: fits } })).resolves.toBeTruthy()
    await expect(read(stream, { filter, limits: { [limit]: fits - 1 } })).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    })
  })
})

describe('bombs go off soon and in little memory', () => {
  it('many megabytes of zeros in a small stream', async () => {
    const bomb = await encodeXz(joinBytes([cpioMemberBytes({ path: 'a', byteLength: 4_000_000 }), zeros(4_000_000)]))
    expect(bomb.byteLength).toBeLessThan(2000)
    const limits = { maxDecompressedByteLength: 3_000_000 }
    await expect(read(bomb, { limits, filter: () => false })).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
    await expect(read(bomb, { limits: { maxFileByteLength: 3_000_000 } })).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    })
  })

  it.each([
    { name: 'a file of 4 GiB', member: { path: 'a', byteLength: 0xffffffff } },
    { name: 'a name of 4 GiB', member: { path: 'a', nameByteLength: 0xffffffff } },
  ])('$name that is not there', async ({ member }) => {
    const archive = cpioMemberBytes(member)
    await expect(read(archive)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
    await expect(read(await encodeXz(archive))).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
    const passedOver = read(archive, { filter: () => false })
    await expect(passedOver).rejects.toBeInstanceOf(FormatError)
  })
})

describe('a walk', () => {
  it('skips contents that nobody took, or took in part', async () => {
    const source = memorySource(cpioBytes(['a', 'b', 'c'].map((path) => ({ path, text: path.repeat(50) }))))
    const seen: string[] = []
    for await (const entry of walkInitrd(source, { codecs })) {
      if (entry.path === 'b') for await (const _ of entry.contents()) break
      seen.push(entry.path)
    }
    expect(seen).toEqual(['a', 'b', 'c'])
  })

  it('leaves a reader behind the initrd, and open', async () => {
    const reader = readerOf(one('1'), 10)
    expect(await readInitrd(reader, { codecs })).toHaveLength(1)
    expect(reader.offset).toBe(one('1').byteLength)
  })

  it('stops when it is told to', async () => {
    const controller = new AbortController()
    const initrd = await encodeInitrd([{ path: 'a', bytes: zeros(10) }], { codecs })
    controller.abort()
    const failing = readInitrd(memorySource(initrd), { codecs, signal: controller.signal })
    await expect(failing).rejects.toBe(controller.signal.reason)
  })
})
