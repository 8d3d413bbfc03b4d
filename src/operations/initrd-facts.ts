import { ByteReader, type Hasher } from '../bytes/index.ts'
import {
  IGNITION_CONFIG_PATH,
  INITRAMFS_STAMP_PATH,
  isKeyfilePath,
  parseStreamHash,
  ROOTFS_HASHES_PATH,
  ROOTFS_STAMP_PATH,
  type StreamHash,
  StreamHashComparison,
} from '../coreos/index.ts'
import { readInitrd } from '../formats/initrd/index.ts'
import type { CodecOptions } from './read-customizations.ts'

/** What an initrd means to a live system. An initrd of a boot may be several of these at once. */
export interface InitrdFacts {
  /** The build that it is the live initramfs of. */
  readonly initramfsVersion: string | undefined
  /** The rootfs that this initramfs was built with. */
  readonly wantedRootfs: StreamHash | undefined
  /** The build whose rootfs it holds. */
  readonly rootfsVersion: string | undefined
  readonly hasConfig: boolean
  readonly hasKeyfiles: boolean
}

/** What a rootfs is compared with. */
export interface RootfsWanted extends Pick<InitrdFacts, 'wantedRootfs'> {
  /** How messages call the initramfs. */
  readonly name: string
  readonly version: string
}

/** Options of {@link compareRootfs}. */
export interface CompareRootfsOptions extends CodecOptions {
  /** Gives a fresh SHA-256, such as one of `node:crypto`, which is ten times as fast as isokit's own. */
  readonly createHasher?: (() => Hasher | Promise<Hasher>) | undefined
  /** Told now and then how many bytes have been read. */
  readonly onBytes?: ((bytesDone: number) => void) | undefined
}

const NEEDED_PATHS: ReadonlySet<string> = new Set([
  INITRAMFS_STAMP_PATH,
  ROOTFS_HASHES_PATH,
  ROOTFS_STAMP_PATH,
  IGNITION_CONFIG_PATH,
])

/**
 * Reads an initrd to its end, and keeps what matters.
 *
 * @throws {FormatError} when it is damaged.
 */
export async function readInitrdFacts(input: ByteReader, options: CodecOptions): Promise<InitrdFacts> {
  const files = await readInitrd(input, {
    ...options,
    filter: (path) => NEEDED_PATHS.has(path) || isKeyfilePath(path),
  })
  const textOf = (path: string): string | undefined => {
    const file = files.find((candidate) => candidate.path === path)
    return file && new TextDecoder().decode(file.bytes)
  }
  const wanted = textOf(ROOTFS_HASHES_PATH)
  return {
    initramfsVersion: textOf(INITRAMFS_STAMP_PATH)?.trim(),
    wantedRootfs: wanted === undefined ? undefined : parseStreamHash(wanted, `${ROOTFS_HASHES_PATH} of ${input.name}`),
    rootfsVersion: textOf(ROOTFS_STAMP_PATH)?.trim(),
    hasConfig: textOf(IGNITION_CONFIG_PATH) !== undefined,
    hasKeyfiles: files.some(({ path }) => isKeyfilePath(path)),
  }
}

/**
 * Reads a rootfs as {@link readInitrdFacts} does, and compares it with what an initramfs wants: by their versions, and by
 * hash where the initramfs has hashes, in the same pass.
 *
 * @returns what was read, and how it does not match, as a clause without its subject.
 * @throws {FormatError} when it is damaged.
 */
export async function compareRootfs(
  input: ByteReader,
  { name, version, wantedRootfs }: RootfsWanted,
  options: CompareRootfsOptions,
): Promise<{ readonly facts: InitrdFacts; readonly mismatch: string | undefined }> {
  const comparison = wantedRootfs && new StreamHashComparison(wantedRootfs, options.createHasher)
  const watched = new ByteReader(watch(input, comparison, options.onBytes), input.name)
  const facts = await readInitrdFacts(watched, options)
  if (facts.rootfsVersion !== undefined && facts.rootfsVersion !== version) {
    return { facts, mismatch: `is the rootfs of ${facts.rootfsVersion}, and ${name} is of ${version}` }
  }
  const problem = comparison?.finish()
  return { facts, mismatch: problem && `is not the rootfs that ${name} wants: ${problem}` }
}

/** Passes bytes on that are hashed and counted. */
async function* watch(
  input: ByteReader,
  comparison: StreamHashComparison | undefined,
  onBytes: CompareRootfsOptions['onBytes'],
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let bytes = await input.takeSome(); bytes; bytes = await input.takeSome()) {
    await comparison?.update(bytes)
    onBytes?.(input.offset)
    yield bytes
  }
}
