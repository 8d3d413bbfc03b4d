import { execFileSync } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { appendFileSync, copyFileSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chunks, concatSources, encodeUtf8 } from '../../src/bytes/index.ts'
import { encodeCpio } from '../../src/formats/cpio/index.ts'
import { openFile } from '../../src/node/index.ts'
import { buildLiveInitramfs } from '../../test/support/build-live-initramfs.ts'
import { buildPackedLiveIso } from '../../test/support/packed-live-iso.ts'
import { saveLiveIso } from '../../test/support/save-live-iso.ts'

const MIB = 2 ** 20
const DENSE_BYTE_LENGTH = 1024 * MIB
const INITRAMFS_BYTE_LENGTH = 96 * MIB
const PXE_BASE_BYTE_LENGTH = 100 * MIB
const LARGE_BYTE_LENGTH = 4096 * MIB
const INITRD_FILE_COUNT = 256
const INITRD_FILE_BYTE_LENGTH = MIB / 8

/** An initrd with its compression. */
export interface CompressedInitrd {
  readonly format: 'gzip' | 'xz' | 'zstd'
  readonly path: string
}

/** Files to measure with, in a folder that is removed when this is disposed of. */
export interface BenchInputs extends AsyncDisposable {
  readonly directory: string
  /** An image below 2 MiB. */
  readonly smallIso: string
  /** The same image with zeros behind it, 4 GiB in all, nearly all of it a hole. */
  readonly largeIso: string
  /** Makes the same image with random bytes behind it, 1 GiB in all. */
  readonly createDenseIso: () => string
  /**
   * Makes an image of which a minimal one can be extracted: a rootfs of 1 GiB, an initramfs of 96 MiB. And a file of the
   * size of what comes out of it.
   */
  readonly createPackedIso: () => Promise<{ readonly iso: string; readonly outputs: string }>
  /** Makes a live initramfs of 100 MiB, whose large part is not compressed. */
  readonly createInitramfs: () => Promise<string>
  /** An Ignition config. */
  readonly config: string
  /** Gives the config other contents, so that embedding it again is work. */
  readonly renewConfig: () => void
  /** Makes one archive of 32 MiB, compressed in several ways. */
  readonly createInitrds: () => readonly CompressedInitrd[]
}

/** Makes the inputs, alike on every machine but for the random bytes. */
export async function createInputs(): Promise<BenchInputs> {
  const directory = mkdtempSync(join(tmpdir(), 'isokit-bench-'))
  const at = (name: string): string => join(directory, name)
  await saveLiveIso(at('small.iso'))
  copyFileSync(at('small.iso'), at('large.iso'))
  truncateSync(at('large.iso'), LARGE_BYTE_LENGTH)

  let round = 0
  const renewConfig = (): void => {
    round++
    writeFileSync(
      at('config.ign'),
      JSON.stringify({ ignition: { version: '3.4.0' }, storage: { files: [{ path: `/etc/${round}` }] } }),
    )
  }
  renewConfig()
  return {
    directory,
    smallIso: at('small.iso'),
    largeIso: at('large.iso'),
    createDenseIso: () => createDenseIso(at),
    createPackedIso: () => createPackedIso(at),
    createInitramfs: () => createInitramfs(at),
    config: at('config.ign'),
    renewConfig,
    createInitrds: () => createInitrds(at),
    async [Symbol.asyncDispose]() {
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function createDenseIso(at: (name: string) => string): string {
  copyFileSync(at('small.iso'), at('dense.iso'))
  fillWithRandomBytes(at('dense.iso'))
  return at('dense.iso')
}

/** Appends random bytes until the file has so many. */
export function fillWithRandomBytes(path: string, byteLength: number = DENSE_BYTE_LENGTH): void {
  const chunk = new Uint8Array(MIB)
  while (statSync(path).size < byteLength) appendFileSync(path, randomFillSync(chunk))
}

async function createPackedIso(
  at: (name: string) => string,
): Promise<{ readonly iso: string; readonly outputs: string }> {
  const [initrd, rootfs] = [at('initrd.img'), at('rootfs.img')]
  for (const path of [initrd, rootfs]) writeFileSync(path, '')
  fillWithRandomBytes(initrd, INITRAMFS_BYTE_LENGTH)
  fillWithRandomBytes(rootfs)
  await using initrdSource = await openFile(initrd)
  await using rootfsSource = await openFile(rootfs)
  const contents = { 'images/pxeboot/initrd.img': initrdSource, 'images/pxeboot/rootfs.img': rootfsSource }
  const { full, minimal } = await buildPackedLiveIso({ contents })
  await writeFile(at('packed.iso'), chunks(full))
  const outputs = concatSources([minimal, rootfsSource], 'outputs')
  await writeFile(at('outputs'), chunks(outputs))
  rmSync(initrd)
  rmSync(rootfs)
  return { iso: at('packed.iso'), outputs: at('outputs') }
}

/** Many archives, as one would be in memory here: what starts a program seems to be part of its peak. */
async function createInitramfs(at: (name: string) => string): Promise<string> {
  const path = at('initramfs.img')
  writeFileSync(path, '')
  const bytes = new Uint8Array(MIB)
  for (let index = 0; index * MIB < PXE_BASE_BYTE_LENGTH; index++) {
    appendFileSync(path, encodeCpio([{ path: `usr-${index}`, mode: 0o100644, bytes: randomFillSync(bytes) }]))
  }
  appendFileSync(path, await buildLiveInitramfs())
  return path
}

/** An archive with what an initrd has: text, binaries that compress to about half, and repetition. */
function createInitrds(at: (name: string) => string): readonly CompressedInitrd[] {
  const members = Array.from({ length: INITRD_FILE_COUNT }, (_, index) => ({
    path: `usr/lib/file-${String(index).padStart(3, '0')}`,
    mode: 0o100755,
    bytes: index % 2 === 0 ? textLike(index) : binaryLike(index),
  }))
  const archive = at('initrd.cpio')
  writeFileSync(archive, encodeCpio(members))
  const compressions = {
    gzip: ['gzip', '-9', '--keep', '--force', '--suffix', '.gzip'],
    xz: ['xz', '--check=crc32', '--lzma2=dict=1MiB', '--keep', '--force', '--suffix=.xz'],
    zstd: ['zstd', '-q', '-19', '--force', '-o', `${archive}.zstd`],
  } as const
  return (['gzip', 'xz', 'zstd'] as const).map((format) => {
    const [program, ...args] = compressions[format]
    execFileSync(program, [...args, archive])
    return { format, path: `${archive}.${format}` }
  })
}

function textLike(seed: number): Uint8Array {
  const random = generator(seed)
  const words = Array.from({ length: 2000 }, () => Math.floor(random() * 36 ** 5).toString(36))
  let text = ''
  while (text.length < INITRD_FILE_BYTE_LENGTH) text += `${words[Math.floor(random() ** 2 * words.length)]} `
  return encodeUtf8(text.slice(0, INITRD_FILE_BYTE_LENGTH))
}

function binaryLike(seed: number): Uint8Array {
  const random = generator(seed)
  return Uint8Array.from({ length: INITRD_FILE_BYTE_LENGTH }, (_, index) =>
    index % 4 === 0 ? random() * 256 : random() ** 4 * 256,
  )
}

/** Numbers from 0 to 1 that are the same each time (xorshift). */
function generator(seed: number): () => number {
  let state = seed * 2654435761 + 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
