/**
 * Run as a process, to be killed: fills the image with one letter after the other, in many patches, for as long as it
 * lives. Says so on stdout when it has begun.
 */
import { readFile } from 'node:fs/promises'
import { editInPlace } from '../../src/node/index.ts'

const image = process.argv[2] ?? ''
const { byteLength } = await readFile(image)
const PATCH_BYTE_LENGTH = 1000
for (let round = 0; ; round++) {
  const letter = 'A'.charCodeAt(0) + (round % 26)
  const patches = Array.from({ length: Math.ceil(byteLength / PATCH_BYTE_LENGTH) }, (_, index) => ({
    offset: index * PATCH_BYTE_LENGTH,
    bytes: new Uint8Array(Math.min(PATCH_BYTE_LENGTH, byteLength - index * PATCH_BYTE_LENGTH)).fill(letter),
  }))
  await editInPlace(image, { plan: async () => patches })
  if (round === 0) process.stdout.write('begun\n')
}
