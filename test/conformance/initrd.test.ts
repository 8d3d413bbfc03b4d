import { expect, it } from 'vitest'
import { memorySource } from '../../src/bytes/index.ts'
import { checkMemberPath, globFilter, listInitrd, readInitrd } from '../../src/formats/initrd/index.ts'
import { nodeCodecs } from '../../src/node/codecs/index.ts'
import { readFixture } from '../support/fixtures.ts'

const codecs = nodeCodecs

it('reads all ten files of plain, gzip, xz and zstd archives', async (context) => {
  const source = memorySource(await readFixture(context, 'initrd/compressed.img.xz'))
  const files = await readInitrd(source, { codecs })
  const archives = ['gzip', 'uncompressed-1', 'uncompressed-2', 'xz', 'zstd']
  expect(files.map(({ path }) => path)).toEqual(archives.flatMap((name) => [`${name}/hello`, `${name}/world`]))
  for (const { path, bytes } of files) {
    expect(new TextDecoder().decode(bytes)).toBe(path.endsWith('hello') ? 'HELLO\n' : 'WORLD\n')
  }
  const members = await listInitrd(source, { codecs })
  expect([...new Set(members.map(({ archiveOffset }) => archiveOffset))]).toEqual([0, 1024, 1182, 1366, 1509])
})

it.for([
  { patterns: ['z'], count: 0 },
  { patterns: ['gzip/*'], count: 2 },
  { patterns: ['uncompressed-*'], count: 4 },
  { patterns: ['*/hello'], count: 5 },
  { patterns: ['*hello'], count: 5 },
  { patterns: ['gzip*', 'xz*'], count: 4 },
])('reads the $count files that match $patterns', async ({ patterns, count }, context) => {
  const source = memorySource(await readFixture(context, 'initrd/compressed.img.xz'))
  const files = await readInitrd(source, { codecs, filter: globFilter(patterns) })
  expect(files).toHaveLength(count)
})

it('reads names that are padded to align their data', async (context) => {
  const files = await readInitrd(memorySource(await readFixture(context, 'initrd/padded-names.img.xz')), { codecs })
  expect(files.map(({ path, bytes }) => [path, bytes.byteLength, String.fromCharCode(bytes[0] ?? 0)])).toEqual([
    ['dir/hello', 5000, 'z'],
    ['dir/world', 4500, 'q'],
  ])
})

it('lists a member that would leave its directory, and refuses to unpack it', async (context) => {
  const [member] = await listInitrd(memorySource(await readFixture(context, 'initrd/traversal-relative.img')), {
    codecs,
  })
  expect(member?.path).toBe('../f')
  expect(() => checkMemberPath(member?.path ?? '')).toThrow('traversal')
})
