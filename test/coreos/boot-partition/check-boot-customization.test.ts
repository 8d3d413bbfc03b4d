import { describe, expect, it } from 'vitest'
import { type BootCustomization, checkBootCustomization } from '../../../src/coreos/index.ts'

function network(...names: string[]): BootCustomization {
  return { networkFiles: names.map((name) => ({ name, mode: 0o600, bytes: new Uint8Array() })) }
}

describe('checkBootCustomization', () => {
  it.each<{ name: string; customization: BootCustomization }>([
    { name: 'nothing', customization: {} },
    {
      name: 'arguments with brackets and commas',
      customization: { firstbootArgs: 'ip=[fd00::1]::gw:a,b rd.neednet=1' },
    },
    { name: 'no arguments for the first boot', customization: { firstbootArgs: '' } },
    { name: 'empty arguments', customization: { appendKargs: [''], deleteKargs: [' '] } },
    { name: 'a name of 255 bytes', customization: network(`${'é'.repeat(127)}x`) },
  ])('takes $name', ({ customization }) => {
    expect(() => checkBootCustomization(customization)).not.toThrow()
  })

  it('takes the modes that are permission bits, and calls others a mistake of the caller', () => {
    const withMode = (mode: number) => () =>
      checkBootCustomization({ networkFiles: [{ name: 'a', mode, bytes: new Uint8Array() }] })
    for (const mode of [0, 0o600, 0o7777]) expect(withMode(mode)).not.toThrow()
    for (const mode of [-1, 0.5, 0o10000]) expect(withMode(mode)).toThrow(RangeError)
  })

  it.each<{ name: string; customization: BootCustomization; code: string }>([
    { name: 'an argument of two lines', customization: { appendKargs: ['a\nb'] }, code: 'KARG_INVALID' },
    { name: 'a NUL in what is deleted', customization: { deleteKargs: ['a\0'] }, code: 'KARG_INVALID' },
    ...['a\nb', 'a"', "a'b'", 'a\\', '$root', 'a\r', '`a`'].map((firstbootArgs) => ({
      name: `${JSON.stringify(firstbootArgs)} for the first boot`,
      customization: { firstbootArgs },
      code: 'KARG_INVALID',
    })),
    { name: 'an empty platform', customization: { platform: '' }, code: 'CUSTOMIZATION_INVALID' },
    { name: 'a platform with an equals sign', customization: { platform: 'a=b' }, code: 'CUSTOMIZATION_INVALID' },
    { name: 'a file without a name', customization: network(''), code: 'KEYFILE_INVALID' },
    { name: 'a file outside', customization: network('..'), code: 'KEYFILE_INVALID' },
    { name: 'a file in a folder', customization: network('a/b'), code: 'KEYFILE_INVALID' },
    { name: 'a name of 256 bytes', customization: network('é'.repeat(128)), code: 'KEYFILE_INVALID' },
    { name: 'a name twice', customization: network('a', 'b', 'a'), code: 'KEYFILE_INVALID' },
  ])('refuses $name', ({ customization, code }) => {
    expect(() => checkBootCustomization(customization)).toThrow(expect.objectContaining({ code }))
  })
})
