import { basename } from 'node:path'
import { formatIgnitionFinding, type Keyfile, reviewIgnitionConfig } from '../coreos/index.ts'
import { FormatError, UsageError } from '../errors.ts'
import { readInput } from '../node/index.ts'
import { reviewKeyfiles } from '../operations/index.ts'
import type { CommandContext } from './context.ts'

/**
 * Reads an Ignition config from a file, or from stdin without one, and looks whether it is one. Under the name
 * `coreos-installer`, which embeds any bytes, findings are warnings, and `-` is a file of that name.
 *
 * @throws {FormatError} `IGNITION_INVALID`
 */
export async function readIgnitionInput(
  path: string | undefined,
  context: CommandContext,
  options: { readonly noValidate: boolean },
): Promise<Uint8Array> {
  const { signal, persona, stdin } = context
  const isStdin = path === undefined || (path === '-' && persona === 'isokit')
  if (isStdin && stdin.isTerminal) context.note('Reading the Ignition config from the terminal; end it with Ctrl-D')
  const config = isStdin ? await stdin.read() : await readInput(path, { signal })
  const finding = options.noValidate ? undefined : reviewIgnitionConfig(config)
  if (finding) {
    const message = formatIgnitionFinding(finding, isStdin ? '<stdin>' : path)
    if (persona === 'isokit') throw new FormatError('IGNITION_INVALID', message, { hint: finding.hint })
    context.warn(message)
  }
  return config
}

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
