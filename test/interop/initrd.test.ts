import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { joinBytes, memorySource } from '../../src/bytes/index.ts'
import { encodeInitrd, readInitrd } from '../../src/formats/initrd/index.ts'
import { decodeXz, encodeXz } from '../../src/formats/xz/index.ts'
import { nodeCodecs } from '../../src/node/codecs/index.ts'
import { collectBytes, readerOf } from '../support/byte-readers.ts'
import { needs } from '../support/needs.ts'

const codecs = nodeCodecs

/** Gives the program bytes, and gives back its output; what it says on stderr must be nothing. */
async function pipe(input: Uint8Array, program: string, ...args: readonly string[]): Promise<Uint8Array> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.on('error', () => {}) // the program may end before it has read everything
  child.stdin.end(input)
  const [output, complaints] = await Promise.all([collectBytes(child.stdout), collectBytes(child.stderr)])
  expect(new TextDecoder().decode(complaints)).toBe('')
  return output
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** Contents like those that get compressed, and some that hardly can be. */
const contents: readonly { readonly name: string; readonly bytes: Uint8Array }[] = [
  { name: 'nothing', bytes: new Uint8Array(0) },
  { name: 'one byte', bytes: Uint8Array.of(7) },
  { name: 'a run', bytes: new Uint8Array(1_000_000) },
  { name: 'noise', bytes: noise(200_000) },
  { name: 'text', bytes: sentences(200_000) },
  { name: 'text in noise in text', bytes: joinBytes([sentences(50_000), noise(100_000), sentences(90_000)]) },
  {
    name: 'tables',
    bytes: Uint8Array.from({ length: 100_000 }, (_, index) => (index % 12 < 8 ? index >>> 9 : index % 7)),
  },
]

describe('xz', () => {
  it.for(contents)(
    'decodes what isokit makes of $name, and does not mind zeros behind it',
    async ({ bytes }, context) => {
      needs(context, 'xz')
      const stream = await encodeXz(bytes)
      expect(Buffer.compare(await pipe(stream, 'xz', '-dc'), bytes)).toBe(0)
      expect(await pipe(joinBytes([stream, new Uint8Array(4096)]), 'xz', '-t')).toHaveLength(0)
    },
  )

  it.for(contents)('makes nothing smaller than isokit does of $name, give or take 2 %', async ({ bytes }, context) => {
    needs(context, 'xz')
    const best = await pipe(bytes, 'xz', '-9e', '-C', 'crc32', '-c')
    // Without contents, xz leaves out the block as well.
    expect((await encodeXz(bytes)).byteLength).toBeLessThanOrEqual(best.byteLength * 1.02 + 32)
  })

  it.for(
    [
      '-0',
      '-6',
      '-9e',
      '--x86 --lzma2=preset=1',
      '--block-size=30000 -T2',
      '--lzma2=lc=1,lp=3,pb=0',
      '-C sha256',
    ].flatMap((options) => contents.map(({ name, bytes }) => ({ options, name, bytes }))),
  )('$options is decoded by isokit: $name', async ({ options, bytes }, context) => {
    needs(context, 'xz')
    const stream = await pipe(bytes, 'xz', '-c', ...options.split(' '))
    expect(Buffer.compare(await collectBytes(decodeXz(readerOf(stream, 5000))), bytes)).toBe(0)
  })
})

describe('cpio', () => {
  it('lists and unpacks what isokit writes, also from an area with zeros behind it', async (context) => {
    needs(context, 'xz', 'cpio')
    const files = [
      { path: 'config.ign', bytes: sentences(1000) },
      { path: 'etc/coreos-firstboot-network/ä b.nmconnection', bytes: noise(501) },
    ]
    const area = joinBytes([await encodeInitrd(files, { codecs }), new Uint8Array(5000)])
    const archive = await pipe(area, 'xz', '-dc')
    const listing = text(await pipe(archive, 'cpio', '--list', '--verbose', '--numeric-uid-gid', '--quiet'))
    expect(
      listing
        .trimEnd()
        .split('\n')
        .map((line) => line.slice(0, 10)),
    ).toEqual(['-rw-------', 'drwxr-xr-x', 'drwxr-xr-x', '-rw-------'])
    const unpacked = await pipe(archive, 'cpio', '--extract', '--to-stdout', '--quiet', 'config.ign')
    expect(unpacked).toEqual(sentences(1000))
    expect(await readInitrd(memorySource(area), { codecs })).toEqual(files)
  })
})

function noise(byteLength: number): Uint8Array {
  let seed = 1
  return Uint8Array.from({ length: byteLength }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return seed >>> 24
  })
}

function sentences(byteLength: number): Uint8Array {
  const words = [
    'the',
    'image',
    'kernel',
    'has',
    'an',
    'area',
    'for',
    'config',
    '"source":',
    'data:,',
    '/etc/',
    '\n',
    '.conf',
  ]
  const chosen = noise(byteLength).reduce((all, byte) => `${all}${words[byte % words.length]} `, '')
  return new TextEncoder().encode(chosen).slice(0, byteLength)
}
