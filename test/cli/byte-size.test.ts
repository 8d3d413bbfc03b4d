import { describe, expect, it } from 'vitest'
import { parseByteSize } from '../../src/cli/byte-size.ts'

const KIB = 1024

describe('parseByteSize', () => {
  it.each([
    ['1', 1],
    ['4096', 4096],
    ['1k', KIB],
    ['512M', 512 * KIB ** 2],
    ['20G', 20 * KIB ** 3],
    ['20GiB', 20 * KIB ** 3],
    ['2 TiB', 2 * KIB ** 4],
    ['8191T', 8191 * KIB ** 4],
  ])('reads %s', (text, byteLength) => {
    expect(parseByteSize(text)).toBe(byteLength)
  })

  it.each(['', '0', '0G', 'G', '-1', '1.5G', '20Q', '20GB', '1e3', '8192T', '0x10'])('refuses %j', (text) => {
    expect(() => parseByteSize(text)).toThrow(/no number of bytes/)
  })
})
