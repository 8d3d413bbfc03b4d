import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type Codecs, portableCodecs } from '../../../../src/index.ts'
import { nodeCodecs as codecs } from '../../../../src/node/index.ts'
import { failuresOf, gzipped, inline, outcomesOf, planOf, type StepOf, stepsOf } from './plans.ts'

const hashOf = (name: 'sha256' | 'sha512', text: string | Uint8Array): string =>
  `${name}-${createHash(name).update(text).digest('hex')}`

async function fileOf(contents: object, options: Parameters<typeof planOf>[1] = {}): Promise<StepOf<'file'>> {
  const [step] = stepsOf(await planOf({ storage: { files: [{ path: '/a', contents }] } }, options), 'file')
  if (!step) throw new Error('no file')
  return step
}

describe('contents that a config carries', () => {
  const megabytes = new Uint8Array(3_000_000).fill(0x61)
  it.each([
    { name: 'plain text', contents: { source: 'data:,caf%C3%A9' }, bytes: 'café' },
    { name: 'base64', contents: inline('text'), bytes: 'text' },
    { name: 'nothing', contents: inline(''), bytes: '' },
    { name: 'gzip', contents: gzipped('text'), bytes: 'text' },
    { name: 'gzip of nothing', contents: gzipped(''), bytes: '' },
    { name: 'gzip of megabytes', contents: gzipped(megabytes), bytes: megabytes },
    {
      name: 'several members of gzip',
      contents: { ...inline(Buffer.concat([gzipSync('a'), gzipSync(''), gzipSync('b')])), compression: 'gzip' },
      bytes: 'ab',
    },
    { name: 'up to where hashing is left to others', contents: inline('x'.repeat(2048)), bytes: 'x'.repeat(2048) },
    { name: 'more than that', contents: inline('x'.repeat(2049)), bytes: 'x'.repeat(2049) },
  ])('as $name have a size and a hash', async ({ contents, bytes }) => {
    const step = await fileOf(contents)
    expect(step.failures).toEqual([])
    expect(step.byteLength).toBe(Buffer.from(bytes).byteLength)
    expect(step.contents).toMatchObject({ origin: 'inline', url: undefined })
    expect(`sha256-${step.contents?.sha256}`).toBe(hashOf('sha256', bytes))
  })

  const tail = (bytes: Uint8Array): object => ({
    ...inline(Buffer.concat([gzipSync('text'), bytes])),
    compression: 'gzip',
  })
  it.each([
    { name: 'text that is no gzip data', contents: { ...inline('text'), compression: 'gzip' } },
    { name: 'nothing that is no gzip data', contents: { source: 'data:,', compression: 'gzip' } },
    { name: 'gzip data with a zero byte behind', contents: tail(Uint8Array.of(0)) },
    { name: 'gzip data with a text behind', contents: tail(Buffer.from('more')) },
    { name: 'gzip data with a damaged member behind', contents: tail(gzipSync('text').subarray(0, 15)) },
    { name: 'half of the gzip data', contents: { ...inline(gzipSync('text').subarray(0, 20)), compression: 'gzip' } },
    { name: 'the first byte of gzip data', contents: { ...inline(Uint8Array.of(0x1f)), compression: 'gzip' } },
  ])('as $name fail', async ({ contents }) => {
    const step = await fileOf(contents)
    expect(failuresOf(step)).toEqual(['contents-damaged'])
    expect(step.byteLength).toBeUndefined()
  })

  it('are not known, and do not fail, without a codec', async () => {
    const step = await fileOf(gzipped('text'), { codecs: portableCodecs })
    expect(step).toMatchObject({ byteLength: undefined, failures: [] })
    expect(step.notes).toHaveLength(1)
  })

  it.each([
    { name: 'of an empty source', contents: { source: '' } },
    {
      name: 'of an empty source to decompress and verify',
      contents: { source: '', compression: 'gzip', verification: { hash: hashOf('sha256', 'x') } },
    },
  ])('$name are no bytes, and nothing is wrong with them', async ({ contents }) => {
    expect(await fileOf(contents)).toMatchObject({ byteLength: 0, failures: [], contents: { origin: 'nothing' } })
  })

  it('may be left out', async () => {
    const [step] = stepsOf(await planOf({ storage: { files: [{ path: '/a' }] } }), 'file')
    expect(step).toMatchObject({ contents: undefined, byteLength: 0 })
  })

  it('add up with what is appended, as far as that is known', async () => {
    const append = [inline('12'), gzipped('345')]
    const size = async (more: readonly object[]): Promise<unknown> => {
      const files = [{ path: '/a', contents: inline('1'), append: [...append, ...more] }]
      const [step] = stepsOf(await planOf({ storage: { files } }), 'file')
      return step?.byteLength
    }
    expect(await size([])).toBe(6)
    expect(await size([{ source: 'https://example.com/' }])).toBeUndefined()
  })

  it('that are appended can fail too', async () => {
    const files = [{ path: '/a', append: [inline('x'), { ...inline('y'), compression: 'gzip' }] }]
    const plan = await planOf({ storage: { files } })
    expect(stepsOf(plan, 'file').map(failuresOf)).toEqual([['contents-damaged']])
  })
})

describe('contents of many files', () => {
  const busiest = async (contents: object): Promise<number> => {
    const counts = { now: 0, most: 0 }
    const counting: Pick<Codecs, 'decompress'> = {
      async *decompress(format, reader, options) {
        counts.most = Math.max(counts.most, ++counts.now)
        yield* codecs.decompress(format, reader, options)
        counts.now--
      },
    }
    const files = Array.from({ length: 200 }, (_, index) => ({ path: `/${index}`, contents }))
    const plan = await planOf({ storage: { files } }, { codecs: counting })
    expect(new Set(stepsOf(plan, 'file').map(({ byteLength }) => byteLength)).size).toBe(1)
    return counts.most
  }

  it('are looked at together, but for those that may become large', async () => {
    const random = Uint8Array.from({ length: 100_000 }, (_, index) => (index * index) >>> 7)
    expect(await busiest(gzipped('text'))).toBe(64)
    expect(await busiest({ ...inline(gzipSync(random, { level: 0 })), compression: 'gzip' })).toBe(1)
  })
})

describe('a hash', () => {
  const right = hashOf('sha256', 'text')
  it.each([
    { name: 'that is right', hash: right, failures: [] },
    { name: 'of the other kind', hash: hashOf('sha512', 'text'), failures: [] },
    { name: 'in upper case', hash: `sha256-${right.slice(7).toUpperCase()}`, failures: [] },
    { name: 'of something else', hash: hashOf('sha256', 'other'), failures: ['hash-mismatch'] },
    { name: 'that is no hash', hash: `sha256-${'z'.repeat(64)}`, failures: ['hash-mismatch'] },
  ])('$name', async ({ hash, failures }) => {
    expect(failuresOf(await fileOf({ ...inline('text'), verification: { hash } }))).toEqual(failures)
    expect(failuresOf(await fileOf({ ...gzipped('text'), verification: { hash } }))).toEqual(failures)
  })

  it('that is none fails with what is fetched, too', async () => {
    const verification = { hash: `sha256-${'z'.repeat(64)}` }
    expect(failuresOf(await fileOf({ source: 'https://example.com/', verification }))).toEqual(['hash-mismatch'])
  })
})

describe('contents to fetch', () => {
  const http = ['fetch-refused: fail', 'fetch-unavailable: retry']
  it.each([
    {
      name: 'over https',
      contents: { source: 'https://u:hunter2@h:1/p?hunter2#hunter2' },
      url: 'https://…@h:1/p?…#…',
      outcomes: http,
    },
    { name: 'with two @', contents: { source: 'http://hunter2@hunter2@h/p' }, url: 'http://…@h/p', outcomes: http },
    { name: 'of a strange URL', contents: { source: 'http:hunter2@h/p' }, url: 'http:…', outcomes: http },
    { name: 'over tftp', contents: { source: 'tftp://h/p' }, url: 'tftp://h/p', outcomes: ['fetch-impossible: fail'] },
    {
      name: 'of an ARN',
      contents: { source: 'arn:aws:s3:::b/k?versionId=hunter2' },
      url: 'arn:aws:s3:::b/k?…',
      outcomes: ['fetch-impossible: fail'],
    },
    {
      name: 'compressed and verified',
      contents: { source: 'https://h/', compression: 'gzip', verification: { hash: hashOf('sha256', '') } },
      url: 'https://h/',
      outcomes: [...http, 'gzip-damaged: fail', 'hash-differs: fail'],
    },
    {
      name: 'with headers',
      contents: { source: 'https://h/', httpHeaders: [{ name: 'Authorization', value: 'hunter2' }] },
      url: 'https://h/',
      outcomes: http,
    },
  ])('$name need the network, and show no secrets', async ({ contents, url, outcomes }) => {
    const plan = await planOf({ storage: { files: [{ path: '/a', contents }] } })
    const [step] = stepsOf(plan, 'fetch')
    expect(step).toMatchObject({ purpose: 'contents', for: '/a', stage: 'files', resource: { origin: 'remote', url } })
    expect(step && outcomesOf(step)).toEqual(outcomes)
    expect(plan.networkUses).toEqual(['1 fetch'])
    expect(JSON.stringify(plan)).not.toContain('hunter2')
  })

  it.each([
    {
      name: 'gzip over s3',
      contents: { source: 's3://b/k', compression: 'gzip' },
      failures: ['compression-unsupported'],
    },
    {
      name: 'gzip of an ARN',
      contents: { source: 'arn:aws:s3:::b/k', compression: 'gzip' },
      failures: ['compression-unsupported'],
    },
    { name: 'gzip over gs', contents: { source: 'gs://b/k', compression: 'gzip' }, failures: [] },
    {
      name: 'a header without value',
      contents: { source: 'https://h/', httpHeaders: [{ name: 'A' }] },
      failures: ['header-without-value'],
    },
  ])('fail with $name: $failures', async ({ contents, failures }) => {
    expect(failuresOf(await fileOf(contents))).toEqual(failures)
  })

  it('come in the order of their files, with keys in front', async () => {
    const source = 'https://h/'
    const storage = {
      files: [
        { path: '/b/c', contents: { source } },
        { path: '/a', append: [{ source }] },
      ],
      luks: [{ name: 'root', device: '/dev/vda', keyFile: { source } }],
    }
    const fetches = stepsOf(await planOf({ storage }), 'fetch')
    expect(fetches.map((step) => `${step.purpose} ${step.for}`)).toEqual([
      'key-file root',
      'append /a',
      'contents /b/c',
    ])
  })
})
