import { randomBytes } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ByteReader, joinBytes, memorySource, type Source } from '../../src/bytes/index.ts'
import { encodeCpio } from '../../src/formats/cpio/index.ts'
import { readInitrd } from '../../src/formats/initrd/index.ts'
import { nodeCodecs as codecs, copyThrough, createOutput, openFile } from '../../src/node/index.ts'
import { abortingSource, failingSource } from '../support/faulty.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const MIB = 1024 * 1024

let directory: Awaited<ReturnType<typeof temporaryDirectory>>
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => directory[Symbol.asyncDispose]())

async function copy(
  source: Source,
  read: (chunks: AsyncIterable<Uint8Array>) => Promise<unknown>,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const path = join(directory.path, 'copy')
  await using output = await createOutput(path, { overwrite: true })
  await read(copyThrough(source, output, { signal }))
  await output.commit()
  return new Uint8Array(await readFile(path))
}

async function readAllOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const chunk of chunks) pieces.push(chunk.slice())
  return joinBytes(pieces)
}

describe('copyThrough', () => {
  it.each([0, 1, MIB, MIB + 1, 9 * MIB + 5])('writes and gives out the same %i bytes', async (byteLength) => {
    const bytes = new Uint8Array(randomBytes(byteLength))
    const path = join(directory.path, 'original')
    await writeFile(path, bytes)
    await using file = await openFile(path)
    for (const source of [memorySource(bytes), file]) {
      let seen = new Uint8Array()
      const copied = await copy(source, async (chunks) => {
        seen = Uint8Array.from(await readAllOf(chunks))
      })
      expect(Buffer.compare(seen, bytes)).toBe(0)
      expect(Buffer.compare(copied, bytes)).toBe(0)
    }
  })

  it('lets an initrd of many archives be read while memory is used again', async () => {
    const files = Array.from({ length: 12 }, (_, index) => ({
      path: `file-${index}`,
      mode: 0o100644,
      bytes: new Uint8Array(randomBytes(700_000 + index * 13)),
    }))
    const archives = files.map((file, index) => {
      const archive = encodeCpio([file])
      if (index % 3 === 0) return archive
      return new Uint8Array(index % 3 === 1 ? gzipSync(archive, { level: 1 }) : zstdCompressSync(archive))
    })
    const bytes = joinBytes(archives.flatMap((archive) => [archive, new Uint8Array(-archive.byteLength & 3)]))
    const path = join(directory.path, 'initrd')
    await writeFile(path, bytes)
    await using source = await openFile(path)
    const copied = await copy(source, async (chunks) => {
      const read = await readInitrd(new ByteReader(chunks, 'initrd'), { codecs })
      const expected = new Map(files.map((file) => [file.path, file.bytes]))
      expect(read).toHaveLength(files.length)
      for (const file of read) expect(Buffer.compare(file.bytes, expected.get(file.path) ?? new Uint8Array())).toBe(0)
    })
    expect(Buffer.compare(copied, bytes)).toBe(0)
  })

  it('leaves no file behind when the source fails halfway', async () => {
    const source = failingSource(memorySource(new Uint8Array(5 * MIB)), 2)
    await expect(copy(source, readAllOf)).rejects.toMatchObject({ code: 'EIO' })
    expect(await readdir(directory.path)).toEqual([])
  })

  it('leaves no file behind when it is stopped', async () => {
    const controller = new AbortController()
    const source = abortingSource(memorySource(new Uint8Array(5 * MIB)), controller, 3)
    await expect(copy(source, readAllOf, controller.signal)).rejects.toMatchObject({ name: 'AbortError' })
    expect(await readdir(directory.path)).toEqual([])
  })

  it('leaves no file behind when the reader leaves early', async () => {
    const leaving = copy(memorySource(new Uint8Array(5 * MIB)), async (chunks) => {
      for await (const _ of chunks) throw new RangeError('not what was wanted')
    })
    await expect(leaving).rejects.toThrow('not what was wanted')
    expect(await readdir(directory.path)).toEqual([])
  })

  it('passes on that the output can not be written', async () => {
    const path = join(directory.path, 'copy')
    await using output = await createOutput(path)
    const failing = { ...output, write: async () => Promise.reject(new Error('full')) }
    const chunks = copyThrough(memorySource(new Uint8Array(5 * MIB)), failing as typeof output)
    await expect(readAllOf(chunks)).rejects.toThrow('full')
  })
})
