import { expect, it } from 'vitest'
import { Sha256 } from '../../../src/bytes/index.ts'
import { parseChecksum } from '../../../src/formats/checksum/index.ts'
import { checksumCheck, type StreamCheck } from '../../../src/operations/index.ts'

const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' // FIPS 180-2, B.1

function checkFor(digest: string): StreamCheck {
  const checksum = parseChecksum(`sha256:${digest}`)
  return checksumCheck(checksum, { hasher: new Sha256(), name: 'image.xz', origin: 'the stream metadata' })
}

it('says which checksum was right, and who said so', async () => {
  const check = checkFor(ABC.toUpperCase())
  await check.update(new TextEncoder().encode('a'))
  await check.update(new TextEncoder().encode('bc'))
  expect(await check.finish()).toBe(`sha256 ${ABC}, as the stream metadata says`)
})

it('says both values of a wrong one', async () => {
  const wrong = ABC.replace('b', 'c')
  const check = checkFor(wrong)
  await check.update(new TextEncoder().encode('abc'))
  await expect(check.finish()).rejects.toMatchObject({
    code: 'CHECKSUM_MISMATCH',
    message: `image.xz has the sha256 ${ABC}, but the stream metadata says ${wrong}`,
  })
})
