import { basename } from 'node:path'
import type { Keyfile } from '../coreos/index.ts'
import { UsageError } from '../errors.ts'
import { readInput } from '../node/index.ts'
import { reviewKeyfiles } from '../operations/index.ts'
import type { CommandContext } from './context.ts'

/**
 * Reads network keyfiles; each is embedded by the last part of its path.
 *
 * @throws {UsageError} `KEYFILE_INVALID` for a path without a file name.
 */
export async function readKeyfileInputs(
  paths: readonly string[],
  context: CommandContext,
): Promise<readonly Keyfile[]> {
  const keyfiles: Keyfile[] = []
  for (const path of paths) {
    const name = basename(path)
    if (name === '' || name === '.' || name === '..') {
      throw new UsageError('KEYFILE_INVALID', `Cannot embed ${path}: the path does not end in a file name`)
    }
    keyfiles.push({ name, bytes: await readInput(path, { signal: context.signal }) })
  }
  for (const finding of reviewKeyfiles(keyfiles)) context.warn(finding)
  return keyfiles
}
