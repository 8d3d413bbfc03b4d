import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IsokitError, UsageError } from '../../../src/errors.ts'
import { findChecksum, isChecksum, parseChecksum, parseChecksumFile } from '../../../src/formats/checksum/index.ts'

const A = 'a1'.repeat(32)
const B = 'b2'.repeat(32)
const LONG = 'c3'.repeat(64)
const MD5 = 'd4'.repeat(16)
const sha256 = (digest: string) => ({ algorithm: 'sha256', digest })
const sha512 = (digest: string) => ({ algorithm: 'sha512', digest })

describe('parseChecksum', () => {
  it.each([
    { text: `sha256:${A}`, checksum: sha256(A) },
    { text: `sha256-${A}`, checksum: sha256(A) },
    { text: `sha512:${LONG}`, checksum: sha512(LONG) },
    { text: `sha256:${A.toUpperCase()}`, checksum: sha256(A) },
  ])('reads $text', ({ text, checksum }) => {
    expect(parseChecksum(text)).toEqual(checksum)
    expect(isChecksum(text)).toBe(true)
  })

  it.each([
    { name: 'a digit too few', text: `sha256:${A.slice(1)}` },
    { name: 'a digit too many', text: `sha256:${A}0` },
    { name: 'a digest of the other kind', text: `sha512:${A}` },
    { name: 'a weak algorithm', text: `md5:${MD5}` },
    { name: 'another spelling', text: `SHA-256:${A}` },
    { name: 'no digest', text: 'sha256:' },
    { name: 'digits that are none', text: `sha256:${'g'.repeat(64)}` },
    { name: 'a line end', text: `sha256:${A}\n` },
    { name: 'a digest alone', text: A },
  ])('refuses $name', ({ text }) => {
    expect(() => parseChecksum(text)).toThrow(expect.objectContaining({ code: 'CHECKSUM_INVALID' }))
    expect(() => parseChecksum(text)).toThrow(UsageError)
    expect(isChecksum(text)).toBe(true)
  })

  it('can insist on one separator', () => {
    expect(parseChecksum(`sha256-${A}`, { separator: '-' })).toEqual(sha256(A))
    expect(() => parseChecksum(`sha256:${A}`, { separator: '-' })).toThrow('sha256-HEX')
  })

  it.each(['SHA256SUMS', 'sha256sum.txt', './sha256', 'image.sha256', 'a:b', A.slice(1)])(
    'leaves %s to be a file',
    (text) => {
      expect(isChecksum(text)).toBe(false)
    },
  )
})

describe('parseChecksumFile', () => {
  it.each([
    { name: 'sha256sum', line: `${A}  image.xz`, entry: { name: 'image.xz', checksum: sha256(A) } },
    { name: 'sha256sum -b', line: `${A} *image.xz`, entry: { name: 'image.xz', checksum: sha256(A) } },
    { name: 'sha512sum', line: `${LONG}  image.xz`, entry: { name: 'image.xz', checksum: sha512(LONG) } },
    { name: 'one space', line: `${A} image.xz`, entry: { name: 'image.xz', checksum: sha256(A) } },
    { name: 'a name with spaces', line: `${A}  my image`, entry: { name: 'my image', checksum: sha256(A) } },
    { name: 'an escaped name', line: `\\${A}  a\\\\b\\nc`, entry: { name: 'a\\b\nc', checksum: sha256(A) } },
    { name: 'BSD', line: `SHA256 (image.xz) = ${A}`, entry: { name: 'image.xz', checksum: sha256(A) } },
    { name: 'BSD, with brackets', line: `SHA256 (a (1)) = ${A}`, entry: { name: 'a (1)', checksum: sha256(A) } },
    { name: 'OpenSSL', line: `SHA2-256(image.xz)= ${A}`, entry: { name: 'image.xz', checksum: sha256(A) } },
    { name: 'a digest alone', line: A.toUpperCase(), entry: { name: undefined, checksum: sha256(A) } },
    { name: 'md5sum', line: `${MD5}  image.xz`, entry: { name: 'image.xz', checksum: undefined } },
  ])('reads a line of $name', ({ line, entry }) => {
    expect(parseChecksumFile(line, 'SUMS')).toEqual([entry])
    expect(parseChecksumFile(`\uFEFF# comment\r\n\r\n${line}\r\n`, 'SUMS')).toEqual([entry])
  })

  it('reads what is clear-signed, and not the signature', () => {
    const signed = [
      '-----BEGIN PGP SIGNED MESSAGE-----',
      'Hash: SHA256',
      '',
      '# image.xz: 1234 bytes',
      `SHA256 (image.xz) = ${A}`,
      `- ${B}  other.xz`,
      '-----BEGIN PGP SIGNATURE-----',
      '',
      'iQIzBAEBCAAdFiEE',
      '-----END PGP SIGNATURE-----',
    ].join('\n')
    expect(parseChecksumFile(signed, 'SUMS').map(({ name }) => name)).toEqual(['image.xz', 'other.xz'])
  })

  it('says which line it does not understand', () => {
    expect(() => parseChecksumFile(`${A}  a\n<html>\n`, 'SUMS')).toThrow(
      expect.objectContaining({ code: 'CHECKSUM_INVALID', message: expect.stringContaining('Line 2 of SUMS') }),
    )
  })

  it('reads 100 000 lines and refuses one more', () => {
    const line = '#\n'
    expect(parseChecksumFile(line.repeat(99_999), 'SUMS')).toEqual([])
    expect(() => parseChecksumFile(line.repeat(100_000), 'SUMS')).toThrow('100000')
  })

  it('answers for every text with entries or an error of its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          parseChecksumFile(text, 'SUMS')
        } catch (error) {
          expect(error).toBeInstanceOf(IsokitError)
        }
      }),
    )
  })
})

describe('findChecksum', () => {
  const find = (text: string, name: string | undefined) =>
    findChecksum(parseChecksumFile(text, 'SUMS'), { fileName: 'SUMS', name })

  it.each([
    { name: 'among several', text: `${A}  a\n${B}  b\n`, of: 'b', checksum: sha256(B) },
    { name: 'behind folders', text: `${A}  ./x/a\n${B}  b\n`, of: 'a', checksum: sha256(A) },
    { name: 'the longest', text: `${A}  a\nSHA512 (a) = ${LONG}\n${MD5}  a\n`, of: 'a', checksum: sha512(LONG) },
    { name: 'that is there twice', text: `${A}  a\n${A}  a\n`, of: 'a', checksum: sha256(A) },
    { name: 'without a name', text: A, of: 'a', checksum: sha256(A) },
    { name: 'of the only file, for a stream', text: `${A}  a\n`, of: undefined, checksum: sha256(A) },
  ])('finds one $name', ({ text, of, checksum }) => {
    expect(find(text, of)).toEqual(checksum)
  })

  it.each([
    { name: 'another name', text: `${A}  a\n`, of: 'b', says: 'no checksum of b; it has a' },
    { name: 'part of a name', text: `${A}  xa\n`, of: 'a', says: 'no checksum of a' },
    { name: 'no lines', text: '', of: 'a', says: 'no checksum of a' },
    { name: 'several for a stream', text: `${A}  a\n${B}  b\n`, of: undefined, says: 'has no name' },
    { name: 'a weak one', text: `${MD5}  a\n`, of: 'a', says: 'weak' },
    { name: 'a contradiction', text: `${A}  a\n${B}  a\n`, of: 'a', says: 'different checksums' },
    {
      name: 'many other names',
      text: Array.from({ length: 12 }, (_, index) => `${A}  n${index}`).join('\n'),
      of: 'a',
      says: 'n9 and 2 more',
    },
  ])('finds none in $name', ({ text, of, says }) => {
    expect(() => find(text, of)).toThrow(expect.objectContaining({ code: 'CHECKSUM_INVALID' }))
    expect(() => find(text, of)).toThrow(says)
  })
})
