import { type ConfigText, type IgnitionConfig, ignitionErrorOf, validateIgnition } from '../../coreos/index.ts'
import { UsageError } from '../../errors.ts'
import { readInput } from '../../node/index.ts'
import type { CommandContext } from '../context.ts'
import { tellFindings } from './tell-findings.ts'

/** An Ignition config that was asked for. */
export interface IgnitionInput {
  /** How messages call it. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** The longest config that is read, which is the longest that can be validated: 256 MiB. */
export const MAX_CONFIG_BYTE_LENGTH: number = 256 * 1024 * 1024

/**
 * Reads one config, from stdin for `-` and for none.
 *
 * @throws {IoError} `INPUT_TOO_LARGE` and those of files.
 */
export async function readIgnitionInput(path: string | undefined, context: CommandContext): Promise<IgnitionInput> {
  const { signal, persona, stdin, note } = context
  const options = { maxByteLength: MAX_CONFIG_BYTE_LENGTH, signal }
  if (path !== undefined && (path !== '-' || persona === 'coreos-installer')) {
    return { name: path, bytes: await readInput(path, options) }
  }
  if (stdin.isTerminal) note('Reading the Ignition config from the terminal; end it with Ctrl-D')
  return { name: '<stdin>', bytes: await stdin.read(options) }
}

/** A config that Ignition takes. */
export interface ValidIgnition extends IgnitionInput {
  readonly config: IgnitionConfig
  readonly text: ConfigText
}

/**
 * Reads one config as {@link readIgnitionInput} does, and refuses it for what Ignition would refuse it for. Its errors are
 * told on stderr.
 *
 * @throws {FormatError} `IGNITION_INVALID`
 */
export async function readValidIgnition(path: string | undefined, context: CommandContext): Promise<ValidIgnition> {
  const input = await readIgnitionInput(path, context)
  const { config, text, findings } = validateIgnition(input.bytes)
  if (config && text) return { ...input, config, text }
  const errors = findings.filter(({ severity }) => severity === 'error')
  await tellFindings(errors, input, context)
  throw ignitionErrorOf(errors, input.bytes, input.name)
}

/**
 * Refuses a line that names stdin more than once: it can be read once.
 *
 * @throws {UsageError} `COMMAND_LINE_INVALID`
 */
export function checkStdinIsNamedOnce(paths: readonly string[]): void {
  if (paths.filter((path) => path === '-').length <= 1) return
  throw new UsageError('COMMAND_LINE_INVALID', 'Standard input is given more than once', {
    hint: 'Give - once, and files for the others',
  })
}
