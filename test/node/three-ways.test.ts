import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { chunks, joinBytes, overlay, type Patch } from '../../src/bytes/index.ts'
import { editInPlace, openFile, saveImage } from '../../src/node/index.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** Patches that don't overlap, some of which may stand behind the end of the image. */
const patchList: fc.Arbitrary<Patch[]> = fc
  .array(fc.record({ gap: fc.nat(3000), bytes: fc.uint8Array({ minLength: 1, maxLength: 3000 }) }), { maxLength: 6 })
  .map((items) => {
    let end = 0
    return items.map(({ gap, bytes }) => {
      const offset = end + gap
      end = offset + bytes.byteLength
      return { offset, bytes }
    })
  })

it('gives the same bytes in place, as a new file by each method, and in order', async () => {
  await using directory = await temporaryDirectory()
  const [original, copy] = [join(directory.path, 'original'), join(directory.path, 'copy')]
  const sameAs = (expected: Uint8Array, actual: Uint8Array): void =>
    expect(Buffer.compare(expected, actual), 'differs').toBe(0)

  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 9000 }),
      patchList,
      fc.integer({ min: 1, max: 5000 }),
      async (image, patches, chunkByteLength) => {
        await writeFile(original, image)
        await using file = await openFile(original)
        const edited = overlay(file, patches)

        const expected = new Uint8Array(edited.byteLength)
        expected.set(image)
        for (const { offset, bytes } of patches) expected.set(bytes, offset)

        for (const isTransient of [true, false]) {
          const pieces: Uint8Array[] = []
          for await (const chunk of chunks(edited, { chunkByteLength, isTransient })) pieces.push(chunk.slice())
          sameAs(expected, joinBytes(pieces))
        }
        for (const options of [{}, { fastPaths: false }, { hash: true }]) {
          await saveImage(edited, copy, options)
          sameAs(expected, await readFile(copy))
          await rm(copy)
        }
        await writeFile(copy, image)
        await editInPlace(copy, { plan: async () => patches })
        sameAs(expected, await readFile(copy))
        await rm(copy)
      },
    ),
    { numRuns: 40 },
  )
})
