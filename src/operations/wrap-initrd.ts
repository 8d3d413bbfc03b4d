import type { ByteReader, Source } from '../bytes/index.ts'
import {
  IGNITION_CONFIG_PATH,
  ignitionConfigOf,
  isKeyfilePath,
  type Keyfile,
  keyfileMembers,
  keyfilesOf,
} from '../coreos/index.ts'
import { ImageError } from '../errors.ts'
import { encodeInitrd, readInitrd } from '../formats/initrd/index.ts'
import { checkKeyfiles } from './plan-network.ts'
import type { CodecOptions } from './read-customizations.ts'

/** Makes an initrd that carries an Ignition config, to be loaded behind a live PXE initramfs. */
export function wrapIgnition(config: Uint8Array, options: CodecOptions): Promise<Uint8Array> {
  return encodeInitrd([{ path: IGNITION_CONFIG_PATH, bytes: config }], options)
}

/**
 * Makes an initrd that carries network keyfiles.
 *
 * @throws {UsageError} `KEYFILE_INVALID` for a name that is no file name, or that comes twice.
 */
export async function wrapNetwork(keyfiles: readonly Keyfile[], options: CodecOptions): Promise<Uint8Array> {
  checkKeyfiles(keyfiles)
  return encodeInitrd(keyfileMembers(keyfiles), options)
}

/**
 * Finds the Ignition config in an initrd, also in one that is appended to a base. The last copy wins, as at boot.
 *
 * @throws {ImageError} `NOTHING_EMBEDDED`
 * @throws {FormatError} when the initrd is damaged.
 */
export async function unwrapIgnition(initrd: Source | ByteReader, options: CodecOptions): Promise<Uint8Array> {
  const files = await readInitrd(initrd, { ...options, filter: (path) => path === IGNITION_CONFIG_PATH })
  const config = ignitionConfigOf(files)
  if (config) return config
  throw new ImageError('NOTHING_EMBEDDED', `No embedded Ignition config in ${initrd.name}`)
}

/**
 * Finds the network keyfiles in an initrd.
 *
 * @throws {ImageError} `NOTHING_EMBEDDED`
 * @throws {FormatError} when the initrd is damaged.
 */
export async function unwrapNetwork(initrd: Source | ByteReader, options: CodecOptions): Promise<readonly Keyfile[]> {
  const keyfiles = keyfilesOf(await readInitrd(initrd, { ...options, filter: isKeyfilePath }))
  if (keyfiles.length > 0) return keyfiles
  throw new ImageError('NOTHING_EMBEDDED', `No embedded network settings in ${initrd.name}`)
}
