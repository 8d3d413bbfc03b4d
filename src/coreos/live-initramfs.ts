import { type ByteReader, decodeUtf8, type Source } from '../bytes/index.ts'
import { FormatError } from '../errors.ts'
import {
  type Codecs,
  type InitrdArchive,
  type InitrdFile,
  type InitrdMember,
  readInitrd,
} from '../formats/initrd/index.ts'
import { IGNITION_CONFIG_PATH, isKeyfilePath, NETWORK_DIRECTORY_PATH } from './customizations.ts'
import { decodeFeatures, type Features } from './features.ts'
import { parseMetadata } from './metadata.ts'

/** Says that an initrd is a live initramfs, and of which version. */
export const INITRAMFS_STAMP_PATH = 'etc/coreos-live-initramfs'

/** Says that an initrd is the rootfs of a live system, and of which version. */
export const ROOTFS_STAMP_PATH = 'etc/coreos-live-rootfs'

/** The hashes of the one rootfs that an initramfs takes. */
export const ROOTFS_HASHES_PATH = 'etc/coreos-live-want-rootfs'

const FEATURES_PATH = 'etc/coreos/features.json'

/** What is kept of an initramfs: some configs and texts. */
const LIMITS = { maxFileByteLength: 64 * 1024 * 1024, maxTotalByteLength: 64 * 1024 * 1024 }

/** The initramfs of a CoreOS live system for booting over the network. */
export interface LiveInitramfs {
  /** How messages call it. */
  readonly name: string
  readonly byteLength: number
  /** The build, as its stamp says. */
  readonly version: string
  readonly features: Features
  /** The text of its `features.json`, as it is; `undefined` for old builds. */
  readonly featuresJson: string | undefined
  /** The text with the hashes of the rootfs that belongs to it; `undefined` for old builds. */
  readonly rootfsHashes: string | undefined
  /** The archives that it consists of. */
  readonly archives: readonly InitramfsArchive[]
  /** The Ignition config and network keyfiles that are appended to it, sorted by path. */
  readonly customizations: readonly InitrdFile[]
  /** Where the archives start that hold customizations and nothing else: up to there, it is as it was published. */
  readonly baseByteLength: number
  /** Whether all customizations are in those archives. */
  readonly isSeparable: boolean
}

/** One archive of an initramfs. */
export interface InitramfsArchive extends InitrdArchive {
  readonly memberCount: number
  /** Whether customizations are among its members. */
  readonly hasCustomizations: boolean
  /** Whether it holds customizations and nothing else, or nothing at all. */
  readonly isCustomization: boolean
}

/**
 * Reads a live initramfs in one pass, to its last byte; little of it is kept. A reader has to be at its start.
 *
 * @throws {FormatError} `NOT_A_LIVE_INITRAMFS` for other initrds, `METADATA_INVALID` for damaged features, and what
 *   `readInitrd` throws.
 */
export async function readLiveInitramfs(
  input: Source | ByteReader,
  options: { readonly codecs: Codecs; readonly signal?: AbortSignal | undefined },
): Promise<LiveInitramfs> {
  const survey = new ArchiveSurvey()
  const files = await readInitrd(input, {
    ...options,
    limits: LIMITS,
    filter: (path) =>
      isCustomizationPath(path) || [INITRAMFS_STAMP_PATH, FEATURES_PATH, ROOTFS_HASHES_PATH].includes(path),
    onArchive: (archive) => survey.begin(archive),
    onMember: (member) => survey.count(member),
  })
  const textOf = (path: string): string | undefined => {
    const file = files.find((candidate) => candidate.path === path)
    return file && decodeUtf8(file.bytes, `${path} of ${input.name}`)
  }
  const version = textOf(INITRAMFS_STAMP_PATH)
  if (version === undefined) {
    throw new FormatError(
      'NOT_A_LIVE_INITRAMFS',
      `${input.name} is not a CoreOS live initramfs image: it has no ${INITRAMFS_STAMP_PATH}`,
      { hint: 'Use the live initramfs of Fedora CoreOS or RHEL CoreOS' },
    )
  }
  const featuresText = textOf(FEATURES_PATH)
  const where = `${FEATURES_PATH} of ${input.name}`
  const byteLength = 'byteLength' in input ? input.byteLength : input.offset
  const archives = survey.finish()
  const appended = countTrailing(archives)
  return {
    name: input.name,
    byteLength,
    version: version.trim(),
    features: decodeFeatures(featuresText === undefined ? {} : parseMetadata(featuresText, where), where),
    featuresJson: featuresText,
    rootfsHashes: textOf(ROOTFS_HASHES_PATH),
    archives,
    customizations: files.filter(({ path }) => isCustomizationPath(path)),
    baseByteLength: archives[archives.length - appended]?.offset ?? byteLength,
    isSeparable: archives.slice(0, archives.length - appended).every(({ hasCustomizations }) => !hasCustomizations),
  }
}

/** Counts what the archives hold, in one walk over them. */
class ArchiveSurvey {
  readonly archives: InitramfsArchive[] = []
  #current: InitrdArchive | undefined
  #memberCount = 0
  #customizationCount = 0
  #otherCount = 0

  begin(archive: InitrdArchive): void {
    this.#finishCurrent()
    this.#current = archive
  }

  count({ path, type }: InitrdMember): void {
    this.#memberCount++
    if (isCustomizationPath(path)) this.#customizationCount++
    else if (type !== 'directory' || !NETWORK_DIRECTORY_PATH.startsWith(`${path}/`)) this.#otherCount++
  }

  finish(): readonly InitramfsArchive[] {
    this.#finishCurrent()
    return this.archives
  }

  #finishCurrent(): void {
    if (!this.#current) return
    const hasCustomizations = this.#customizationCount > 0
    // coreos-installer appends an archive of nothing when it is asked for nothing.
    const isEmpty = this.#memberCount === 0 && this.#current.compression === 'xz'
    const isCustomization = isEmpty || (hasCustomizations && this.#otherCount === 0)
    this.archives.push({ ...this.#current, memberCount: this.#memberCount, hasCustomizations, isCustomization })
    this.#current = undefined
    this.#memberCount = this.#customizationCount = this.#otherCount = 0
  }
}

function countTrailing(archives: readonly InitramfsArchive[]): number {
  const lastOther = archives.findLastIndex(({ isCustomization }) => !isCustomization)
  return archives.length - 1 - lastOther
}

function isCustomizationPath(path: string): boolean {
  return path === IGNITION_CONFIG_PATH || isKeyfilePath(path)
}
