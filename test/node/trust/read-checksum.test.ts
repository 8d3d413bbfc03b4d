import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { UsageError } from '../../../src/errors.ts'
import { readChecksum } from '../../../src/node/index.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const A = 'a1'.repeat(32)
const B = 'b2'.repeat(32)

it('reads a checksum that is given as such', async () => {
  expect(await readChecksum(`sha256:${A}`, { name: 'image.xz' })).toEqual({ algorithm: 'sha256', digest: A })
  await expect(readChecksum(`md5:${A}`, { name: 'image.xz' })).rejects.toThrow(UsageError)
  await expect(readChecksum(A, { name: 'image.xz' })).rejects.toMatchObject({
    message: expect.stringContaining(A),
    hint: expect.stringContaining('sha256:'),
  })
  await expect(readChecksum('', { name: 'image.xz' })).rejects.toThrow(UsageError)
})

it('looks the image up in a file', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'SHA256SUMS')
  await writeFile(path, `${A}  other.xz\n${B}  image.xz\n`)
  expect(await readChecksum(path, { name: 'image.xz' })).toEqual({ algorithm: 'sha256', digest: B })
  await expect(readChecksum(path, { name: 'third.xz' })).rejects.toMatchObject({
    code: 'CHECKSUM_INVALID',
    message: `${path} has no checksum of third.xz; it has other.xz, image.xz`,
  })
})

it('refuses a file that is not there, is no text, or is too large for one', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'SHA256SUMS')
  await expect(readChecksum(path, { name: 'image.xz' })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
  await writeFile(path, Uint8Array.of(0xff, 0xfe))
  await expect(readChecksum(path, { name: 'image.xz' })).rejects.toMatchObject({ code: 'TEXT_NOT_UTF8' })
  await writeFile(path, new Uint8Array(16 * 1024 * 1024 + 1))
  await expect(readChecksum(path, { name: 'image.xz' })).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' })
})
