import { expect, it } from 'vitest'
import { decompressedName } from '../../src/operations/index.ts'

it.each([
  { name: 'metal.raw.xz', is: 'metal.raw' },
  { name: 'metal.raw.gz', is: 'metal.raw' },
  { name: 'metal.raw.zst', is: 'metal.raw' },
  { name: 'live.iso', is: undefined },
  { name: 'image.tar.gz', is: undefined },
  { name: 'image.tar.xz', is: undefined },
  { name: 'image.tar.zst', is: undefined },
  { name: 'image.tgz', is: undefined },
  { name: 'metal.raw.xz.sig', is: undefined },
  { name: '.xz', is: undefined },
  { name: '', is: undefined },
])('decompressedName of $name is $is', ({ name, is }) => {
  expect(decompressedName(name)).toBe(is)
})
