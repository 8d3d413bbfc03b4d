import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeUtf8 } from '../../src/bytes/index.ts'
import {
  decodeStreamMetadata,
  findArtifacts,
  type StreamMetadata,
  streamArchitecture,
  streamUrl,
} from '../../src/coreos/index.ts'
import { FormatError } from '../../src/errors.ts'

const SHA256 = '0123456789abcdef'.repeat(4)

function decode(value: unknown): StreamMetadata {
  return decodeStreamMetadata(encodeUtf8(JSON.stringify(value)), 'stable.json')
}

/** A stream with one file. */
function withFile(file: unknown): unknown {
  return { architectures: { x86_64: { artifacts: { metal: { formats: { 'raw.xz': { disk: file } } } } } } }
}

const stream = decode({
  stream: 'stable',
  metadata: { 'last-modified': '2026-01-01T00:00:00Z' },
  architectures: {
    x86_64: {
      artifacts: {
        metal: {
          release: '43.20260101.3.0',
          formats: {
            pxe: {
              rootfs: { location: 'https://example.com/rootfs.img' },
              kernel: { location: 'https://example.com/kernel', signature: '' },
              initramfs: { location: 'https://example.com/initramfs.img' },
            },
            'raw.xz': {
              disk: {
                location: 'https://example.com/metal.raw.xz',
                signature: 'https://example.com/metal.raw.xz.sig',
                sha256: SHA256.toUpperCase(),
                'uncompressed-sha256': SHA256,
              },
            },
          },
        },
        aws: { formats: { 'vmdk.xz': { disk: { location: 'https://example.com/aws.vmdk.xz' } } } },
      },
      images: { aws: {} },
    },
    aarch64: { artifacts: {} },
  },
})

describe('decodeStreamMetadata', () => {
  it('gives all files in order, with what is known about them', () => {
    expect(stream.artifacts.map(({ platform, format, type }) => `${platform} ${format} ${type}`)).toEqual([
      'aws vmdk.xz disk',
      'metal pxe initramfs',
      'metal pxe kernel',
      'metal pxe rootfs',
      'metal raw.xz disk',
    ])
    expect(stream.artifacts.at(-1)).toEqual({
      architecture: 'x86_64',
      platform: 'metal',
      format: 'raw.xz',
      type: 'disk',
      location: 'https://example.com/metal.raw.xz',
      signature: 'https://example.com/metal.raw.xz.sig',
      sha256: SHA256,
      uncompressedSha256: SHA256,
    })
    expect(stream.artifacts[2]).toMatchObject({ signature: undefined, sha256: undefined })
  })

  it('takes a stream without files for an empty one', () => {
    expect(decode({})).toEqual({ name: 'stable.json', artifacts: [] })
  })

  it.each([
    { what: 'an array', value: [], at: 'stable.json' },
    { what: 'architectures that are text', value: { architectures: 'x' }, at: 'architectures in' },
    {
      what: 'artifacts that are an array',
      value: { architectures: { a: { artifacts: [] } } },
      at: 'architectures.a.artifacts in',
    },
    { what: 'a file that is text', value: withFile('https://example.com'), at: '.metal.formats.raw.xz.disk in' },
    { what: 'a file without a place', value: withFile({ sha256: SHA256 }), at: '.raw.xz.disk.location in' },
    {
      what: 'a number as a signature',
      value: withFile({ location: 'https://a', signature: 1 }),
      at: '.disk.signature in',
    },
    { what: 'a short digest', value: withFile({ location: 'https://a', sha256: 'abc' }), at: '.disk.sha256 in' },
    {
      what: 'a digest of other letters',
      value: withFile({ location: 'https://a', 'uncompressed-sha256': 'x'.repeat(64) }),
      at: '.disk.uncompressed-sha256 in',
    },
  ])('refuses $what and says where', ({ value, at }) => {
    const error = expect.objectContaining({ code: 'METADATA_INVALID', message: expect.stringContaining(at) })
    expect(() => decode(value)).toThrow(error)
  })

  it('refuses what is no JSON', () => {
    const decoding = (): unknown => decodeStreamMetadata(encodeUtf8('<html>'), 'stable.json')
    expect(decoding).toThrow(expect.objectContaining({ code: 'METADATA_INVALID' }))
  })
})

it('decodeStreamMetadata answers to any JSON with a value or a FormatError', () => {
  const keys = fc.constantFrom('architectures', 'artifacts', 'formats', 'disk', 'location', 'sha256', '__proto__')
  const { value: json } = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 9 }, fc.jsonValue({ maxDepth: 1 }), fc.dictionary(keys, tie('value'), { minKeys: 1 })),
  }))
  const property = fc.property(json, (value) => {
    try {
      expect(decode(value).artifacts).toBeInstanceOf(Array)
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError)
    }
  })
  fc.assert(property)
})

describe('findArtifacts', () => {
  it('finds the parts of a format by their types', () => {
    const found = findArtifacts(stream, { architecture: 'x86_64', platform: 'metal', format: 'pxe' })
    expect(found.map(({ type }) => type)).toEqual(['initramfs', 'kernel', 'rootfs'])
  })

  it.each([
    { choice: { architecture: 's390x', platform: 'metal', format: 'raw.xz' }, has: 'as architecture it has x86_64' },
    { choice: { architecture: 'x86_64', platform: 'qemu', format: 'raw.xz' }, has: 'as platform it has aws, metal' },
    { choice: { architecture: 'x86_64', platform: 'metal', format: 'iso' }, has: 'as format it has pxe, raw.xz' },
  ])('names what was wanted, and that $has', ({ choice, has }) => {
    const { architecture, platform, format } = choice
    const wanted = `architecture ${architecture}, platform ${platform} and format ${format}`
    const error = expect.objectContaining({ code: 'ARTIFACT_NOT_FOUND', message: expect.stringContaining(wanted) })
    expect(() => findArtifacts(stream, choice)).toThrow(error)
    expect(() => findArtifacts(stream, choice)).toThrow(has)
  })
})

it.each([
  { what: 'a relative location', file: { location: 'metal.raw.xz' }, says: 'location of the disk' },
  { what: 'a file of this machine', file: { location: 'file:///etc/passwd' }, says: 'URL: file:///etc/passwd' },
  {
    what: 'a signature at no URL',
    file: { location: 'https://a/b', signature: 'b.sig' },
    says: 'signature of the disk',
  },
])('findArtifacts refuses $what, where it is asked for', ({ file, says }) => {
  const formats = { 'raw.xz': { disk: file }, iso: { disk: { location: 'https://a/b.iso' } } }
  const found = decode({ architectures: { x86_64: { artifacts: { metal: { formats } } } } })
  const choice = { architecture: 'x86_64', platform: 'metal' }
  const error = expect.objectContaining({ code: 'METADATA_INVALID', message: expect.stringContaining(says) })
  expect(() => findArtifacts(found, { ...choice, format: 'raw.xz' })).toThrow(error)
  expect(findArtifacts(found, { ...choice, format: 'iso' })).toHaveLength(1)
})

it.each([
  { base: undefined, is: 'https://builds.coreos.fedoraproject.org/streams/next.json' },
  { base: 'https://example.com/a/', is: 'https://example.com/a/next.json' },
  { base: 'https://example.com/a', is: 'https://example.com/a/next.json' },
  { base: 'https://example.com', is: 'https://example.com/next.json' },
  { base: 'https://example.com/a?key=1', is: 'https://example.com/a/next.json?key=1' },
])('streamUrl looks in $base for $is', ({ base, is }) => {
  expect(streamUrl('next', base)).toBe(is)
})

it('streamUrl keeps the name of a stream in one part of the path', () => {
  expect(streamUrl('../next?a', 'https://example.com/a/')).toBe('https://example.com/a/..%2Fnext%3Fa.json')
  expect(() => streamUrl('next', 'streams')).toThrow(expect.objectContaining({ code: 'URL_INVALID' }))
})

it.each([
  ['x64', 'x86_64'],
  ['arm64', 'aarch64'],
  ['ppc64', 'ppc64le'],
  ['s390x', 's390x'],
  ['riscv64', undefined],
  ['toString', undefined],
])('streamArchitecture calls %s %s', (node, is) => {
  expect(streamArchitecture(node)).toBe(is)
})
