import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { IsokitError } from '../../errors.ts'
import { listFiles } from '../list-files.ts'
import { type Keyring, mergeKeys, readPublicKeys } from '../openpgp/keyring.ts'
import type { PublicKey } from '../openpgp/public-key.ts'
import { readInput } from '../read-input.ts'
import { systemErrorCode } from '../system-error.ts'
import type { KeyringPlaces } from './keyring-places.ts'

/** The most bytes of one file with keys: 16 MiB, more than all keys of Debian's developers have. */
const MAX_KEYRING_BYTE_LENGTH = 16 * 1024 * 1024

/** Options of {@link loadKeyring}. */
export interface LoadKeyringOptions {
  readonly signal?: AbortSignal | undefined
}

/** A keyring, with what did not become part of it. */
export interface LoadedKeyring extends Keyring {
  /** About files in folders that could not be used, in sentences. */
  readonly notices: readonly string[]
}

/**
 * Reads the keys that are trusted. Nothing is fetched, and isokit brings no keys of its own: they would be older than the
 * images they are for.
 *
 * @throws {FormatError} `KEYRING_INVALID` for a named file. A file in a folder that is no keyring becomes a notice.
 * @throws {IoError} `FILE_NOT_FOUND`, `INPUT_TOO_LARGE` and others, likewise.
 */
export async function loadKeyring(places: KeyringPlaces, options: LoadKeyringOptions = {}): Promise<LoadedKeyring> {
  const { signal } = options
  const keys: PublicKey[] = []
  const described: string[] = []
  const notices: string[] = []

  for (const file of places.files) {
    keys.push(...(await readKeyFile(file, signal)))
    described.push(file)
  }
  const seen = new Set<string>() // Fedora has a link for each architecture
  for (const folder of places.folders) {
    const files = await filesOf(folder, signal)
    const strange: string[] = []
    for (const file of files ?? []) {
      try {
        const path = await realpath(join(folder, file))
        if (seen.has(path)) continue
        seen.add(path)
        keys.push(...(await readKeyFile(join(folder, file), signal)))
      } catch (error) {
        signal?.throwIfAborted()
        if (!(error instanceof IsokitError) && systemErrorCode(error) === undefined) throw error
        strange.push(file)
        notices.push((error as Error).message)
      }
    }
    described.push(describeFolder(folder, files, strange))
  }
  return { keys: await mergeKeys(keys), places: described, notices }
}

async function readKeyFile(path: string, signal: AbortSignal | undefined): Promise<readonly PublicKey[]> {
  return await readPublicKeys(await readInput(path, { maxByteLength: MAX_KEYRING_BYTE_LENGTH, signal }), path)
}

/** Names of the files, sorted; `undefined` for a folder that is not there or cannot be read. */
async function filesOf(folder: string, signal: AbortSignal | undefined): Promise<readonly string[] | undefined> {
  try {
    return await listFiles(folder, { signal })
  } catch (error) {
    if (error instanceof IsokitError) return undefined
    throw error
  }
}

function describeFolder(folder: string, files: readonly string[] | undefined, strange: readonly string[]): string {
  if (files === undefined) return `${folder} (which is not there, or cannot be read)`
  if (files.length === 0) return `${folder} (which is empty)`
  return strange.length === 0 ? folder : `${folder} (where ${strange.join(', ')} could not be used)`
}
