import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeDataUrl } from '../../../../src/formats/data-url/index.ts'
import { type EncodeContentsOptions, encodeContents, type Ignition } from '../../../../src/index.ts'
import { encodeGzip as gzip } from '../../../../src/node/index.ts'

const utf8 = new TextEncoder()

function decode({ source = '', compression }: Ignition.Resource): Uint8Array {
  const bytes = decodeDataUrl(source)
  return Uint8Array.from(compression === 'gzip' ? gunzipSync(bytes) : bytes)
}

/** Characters in compact JSON. */
function lengthOf(resource: Ignition.Resource): number {
  return JSON.stringify(resource).length
}

/** Every encoding, made by other code than that under test. */
async function candidates(bytes: Uint8Array): Promise<readonly Ignition.Resource[]> {
  const base64 = (data: Uint8Array): string => `data:;base64,${Buffer.from(data).toString('base64')}`
  const plain = Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte)
    return /[!$&'()*+,\-./0-9:;=?@A-Z_a-z~]/.test(character) ? character : `%${Buffer.of(byte).toString('hex')}`
  })
  return [
    { source: `data:,${plain.join('')}` },
    { source: base64(bytes) },
    { compression: 'gzip', source: base64(await gzip(bytes)) },
  ]
}

const contents = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }).map((text) => utf8.encode(text)),
  fc.tuple(fc.string({ maxLength: 20 }), fc.nat(60)).map(([text, count]) => utf8.encode(text.repeat(count))),
)

describe('encodeContents', () => {
  it('carries the contents, in no more characters than any encoding takes', async () => {
    await fc.assert(
      fc.asyncProperty(contents, async (bytes) => {
        const all = await candidates(bytes)
        const shortest = Math.min(...all.map(lengthOf))
        const resource = await encodeContents(bytes, { gzip })
        expect(lengthOf(resource)).toBe(shortest)
        expect(decode(resource)).toEqual(bytes)

        const uncompressed = await encodeContents(bytes, {})
        expect(lengthOf(uncompressed)).toBe(Math.min(...all.slice(0, 2).map(lengthOf)))
        expect(decode(uncompressed)).toEqual(bytes)
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    { name: 'plain when base64 is as long', bytes: utf8.encode('     '), source: 'data:,%20%20%20%20%20' },
    {
      name: 'base64 when it is shorter',
      bytes: utf8.encode('    '.repeat(3)),
      source: 'data:;base64,ICAgICAgICAgICAg',
    },
    { name: 'plain for nothing', bytes: new Uint8Array(), source: 'data:,' },
  ])('is $name', async ({ bytes, source }) => {
    expect(await encodeContents(bytes, { gzip })).toEqual({ source })
  })

  it('takes gzip only where it is shorter', async () => {
    const bytes = utf8.encode('a'.repeat(88)) // 6 + 88 characters
    const sized = (byteLength: number): EncodeContentsOptions => ({ gzip: async () => new Uint8Array(byteLength) })
    expect(await encodeContents(bytes, sized(43))).not.toHaveProperty('compression') // 13 + 60 + 21 characters
    expect(await encodeContents(bytes, sized(42))).toHaveProperty('compression', 'gzip') // 13 + 56 + 21 characters
  })

  it('asks for no gzip where it can not win', async () => {
    const refusing: EncodeContentsOptions = { gzip: () => Promise.reject(new Error('must not be called')) }
    expect(await encodeContents('a'.repeat(56), refusing)).toEqual({ source: `data:,${'a'.repeat(56)}` })
    await expect(encodeContents('a'.repeat(57), refusing)).rejects.toThrow('must not be called')
  })

  it('writes the canonical form as coreos-installer does, even where that is longer', async () => {
    const resource = await encodeContents('', { gzip, isCanonical: true })
    expect(resource).toEqual({
      compression: 'gzip',
      source: 'data:;base64,H4sIAAAAAAAC/wMAAAAAAAAAAAA=',
    })
    await expect(encodeContents('', { isCanonical: true })).rejects.toMatchObject({ code: 'CODEC_MISSING' })
  })

  it('states compression and hash for an overlay, which inherits nothing then', async () => {
    const hash = `sha512-${createHash('sha512').update('a').digest('hex')}`
    expect(await encodeContents('a', { gzip, isOverlay: true })).toEqual({
      compression: '',
      source: 'data:,a',
      verification: { hash },
    })
    const long = await encodeContents('a'.repeat(1000), { gzip, isOverlay: true })
    expect(long).toMatchObject({ compression: 'gzip', verification: {} })
    const source = 'https://example.com/a'
    expect(await encodeContents({ source }, { isOverlay: true })).toEqual({ compression: '', source })
  })

  it('leaves resources as they are', async () => {
    const resource = { source: 'data:;base64,H4sI', compression: 'gzip', httpHeaders: [] }
    expect(await encodeContents(resource, { gzip, isCanonical: true })).toBe(resource)
  })
})
