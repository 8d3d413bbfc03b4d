import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeUtf8, memorySource } from '../../../src/bytes/index.ts'
import {
  encodeInitrd,
  type InitrdFile,
  listInitrd,
  portableCodecs,
  readInitrd,
} from '../../../src/formats/initrd/index.ts'

const codecs = portableCodecs
const file = (path: string, text = path): InitrdFile => ({ path, bytes: encodeUtf8(text) })

/** Members as `path`, or `path/` for directories. */
async function layout(files: readonly InitrdFile[]): Promise<string[]> {
  const members = await listInitrd(memorySource(await encodeInitrd(files, { codecs })), { codecs })
  return members.map(({ path, type }) => (type === 'directory' ? `${path}/` : path))
}

it('writes each directory once, before its first member', async () => {
  const paths = ['d', 'c/g', 'c/f', 'c/a/c/f', 'c/a/b/d/f', 'a/b/c/d/e/f']
  expect(await layout(paths.map((path) => file(path)))).toEqual([
    ...['a/', 'a/b/', 'a/b/c/', 'a/b/c/d/', 'a/b/c/d/e/', 'a/b/c/d/e/f'],
    ...['c/', 'c/a/', 'c/a/b/', 'c/a/b/d/', 'c/a/b/d/f', 'c/a/c/', 'c/a/c/f', 'c/f', 'c/g', 'd'],
  ])
})

it('sorts by bytes: a slash before letters, and a private character before an emoji', async () => {
  expect(await layout(['a-b', 'a/b', 'a.b', '\u{1f4be}', '\ue000'].map((path) => file(path)))).toEqual([
    'a-b',
    'a.b',
    'a/',
    'a/b',
    '\ue000',
    '\u{1f4be}',
  ])
})

it('gives secrets to nobody else: files are 0600, directories 0755', async () => {
  const initrd = await encodeInitrd([file('etc/key')], { codecs })
  const members = await listInitrd(memorySource(initrd), { codecs })
  expect(members.map(({ mode }) => mode)).toEqual([0o040755, 0o100600])
})

it('gives the same bytes whatever the order of the files', async () => {
  const files = ['b', 'a/c', 'a/b'].map((path) => file(path))
  expect(await encodeInitrd(files, { codecs })).toEqual(await encodeInitrd(files.toReversed(), { codecs }))
})

it('writes an archive of a trailer only for no files', async () => {
  const initrd = await encodeInitrd([], { codecs })
  expect(await listInitrd(memorySource(initrd), { codecs })).toEqual([])
  expect(initrd.byteLength % 4).toBe(0)
})

const component = fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom('a', 'b', '.', '-', 'é', '💾') })
const files: fc.Arbitrary<InitrdFile[]> = fc
  .uniqueArray(
    fc.record({
      path: fc.array(component, { minLength: 1, maxLength: 3 }).map((components) => `x${components.join('/x')}`),
      bytes: fc.uint8Array({ maxLength: 300 }),
    }),
    { selector: ({ path }) => path, maxLength: 8 },
  )
  .map((all) => all.filter(({ path }) => !all.some((other) => other.path.startsWith(`${path}/`))))

it('is read back as the same files', async () => {
  await fc.assert(
    fc.asyncProperty(files, async (written) => {
      const read = await readInitrd(memorySource(await encodeInitrd(written, { codecs })), { codecs })
      const expected = [...written].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
      expect(read).toEqual(expected)
    }),
  )
})

describe('refuses', () => {
  it.each([
    { name: 'a path given twice', paths: ['a', 'a'] },
    { name: 'a file that is also a directory', paths: ['a', 'a/b'] },
    { name: 'the same with others between', paths: ['a', 'a-b', 'a/b'] },
    { name: 'an absolute path', paths: ['/a'] },
    { name: 'a way out', paths: ['a/../../b'] },
    { name: 'a leading ./', paths: ['./a'] },
    { name: 'the directory itself', paths: ['.'] },
    { name: 'a doubled slash', paths: ['a//b'] },
    { name: 'a trailing slash', paths: ['a/'] },
    { name: 'an empty path', paths: [''] },
    { name: 'a NUL', paths: ['a\0b'] },
    { name: 'the name of the trailer', paths: ['TRAILER!!!'] },
  ])('$name', async ({ paths }) => {
    const failing = encodeInitrd(
      paths.map((path) => file(path)),
      { codecs },
    )
    await expect(failing).rejects.toMatchObject({ code: 'MEMBER_PATH_INVALID', name: 'UsageError' })
  })
})
