import { joinBytes, type Patch } from '../bytes/index.ts'
import { isKeyfilePath, type Keyfile, keyfileMembers, keyfilesOf, type LiveIso } from '../coreos/index.ts'
import { ImageError, UsageError } from '../errors.ts'
import { equalFiles } from './equal-files.ts'
import { type EmbedOptions, planEmbedArea } from './plan-embed.ts'
import { type CodecOptions, readCustomizations } from './read-customizations.ts'

/**
 * Plans to embed NetworkManager keyfiles in place of all embedded ones; the Ignition config stays.
 *
 * @returns no patches when the image carries exactly these keyfiles already.
 * @throws {ImageError} `NETWORK_UNSUPPORTED` for images whose initramfs ignores them (before December 2021),
 *   `ALREADY_EMBEDDED` when there are others and `force` is not set, `AREA_TOO_SMALL`.
 * @throws {UsageError} `KEYFILE_INVALID` for a name that is no file name, or that comes twice.
 */
export async function planNetwork(
  live: LiveIso,
  keyfiles: readonly Keyfile[],
  options: EmbedOptions,
): Promise<readonly Patch[]> {
  checkKeyfiles(keyfiles)
  if (!live.features.liveInitrdNetwork) {
    throw new ImageError(
      'NETWORK_UNSUPPORTED',
      `${live.name} does not support customizing network settings: its initramfs would ignore them`,
      { hint: 'Use an image of 2022 or later' },
    )
  }
  const { files } = await readCustomizations(live, options)
  const present = files.filter((file) => isKeyfilePath(file.path))
  const members = keyfileMembers(keyfiles)
  if (present.length > 0 && !options.force) {
    if (equalFiles(present, members) && !options.refuseRepeat) return []
    throw new ImageError('ALREADY_EMBEDDED', `${live.name} already has embedded network settings`, {
      hint: 'Use --force to replace them',
    })
  }
  const others = files.filter((file) => !isKeyfilePath(file.path))
  return planEmbedArea(live, [...others, ...members], options)
}

/**
 * Plans to remove all embedded network settings; the Ignition config stays.
 *
 * @returns no patches when there are none.
 */
export async function planNetworkRemoval(live: LiveIso, options: CodecOptions): Promise<readonly Patch[]> {
  const { files } = await readCustomizations(live, options)
  const others = files.filter((file) => !isKeyfilePath(file.path))
  return others.length === files.length && files.length > 0 ? [] : planEmbedArea(live, others, options)
}

/**
 * The embedded keyfiles in the order of their paths.
 *
 * @throws {ImageError} `NOTHING_EMBEDDED`
 */
export async function readNetwork(live: LiveIso, options: CodecOptions): Promise<readonly Keyfile[]> {
  const keyfiles = keyfilesOf((await readCustomizations(live, options)).files)
  if (keyfiles.length > 0) return keyfiles
  throw new ImageError('NOTHING_EMBEDDED', `No embedded network settings in ${live.name}`)
}

/** @throws {UsageError} `KEYFILE_INVALID` unless every name is the name of a file and comes once. */
export function checkKeyfiles(keyfiles: readonly Keyfile[]): void {
  const names = new Set<string>()
  for (const { name } of keyfiles) {
    if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name)) {
      throw new UsageError('KEYFILE_INVALID', `${JSON.stringify(name)} cannot be the name of a network keyfile`)
    }
    if (names.has(name)) {
      throw new UsageError('KEYFILE_INVALID', `The configuration already specifies keyfile ${name}`, {
        hint: 'Give each keyfile a name of its own: the directories that they come from are not kept',
      })
    }
    names.add(name)
  }
}

/** The keyfiles in the form that NetworkManager may skip: hidden files are not copied by the live system. */
export function reviewKeyfiles(keyfiles: readonly Keyfile[]): readonly string[] {
  return keyfiles
    .filter(({ name }) => name.startsWith('.'))
    .map(({ name }) => `The live system ignores hidden files, so the keyfile ${name} has no effect`)
}

/** The keyfiles as one text, as `iso network extract` prints them: a heading before each, an empty line between. */
export function formatKeyfiles(keyfiles: readonly Keyfile[]): Uint8Array {
  const encoder = new TextEncoder()
  const rule = '#'.repeat(10)
  const pieces = keyfiles.flatMap(({ name, bytes }, index) => [
    encoder.encode(`${index === 0 ? '' : '\n'}${rule} ${name} ${rule}\n`),
    bytes,
  ])
  return joinBytes(pieces)
}
