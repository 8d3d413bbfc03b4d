import { encodeUtf8 } from '../../bytes/index.ts'
import { formatIgnition, type IgnitionConfig, type SpecVersion } from '../../coreos/index.ts'
import { checkOutput, createFile, leadsToStdout } from '../../node/index.ts'
import type { BooleanOption, StringOption } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { OVERWRITE } from '../image-options.ts'

/** Where a config goes, and how it is written. */
export interface IgnitionTarget {
  /** A new file; stdout for `-` and when not given. */
  readonly output: string | undefined
  readonly overwrite: boolean
  /** All on one line, rather than indented. */
  readonly compact: boolean
}

/** The options of commands that hand out a config. */
export const IGNITION_TARGET_OPTIONS: {
  readonly compact: BooleanOption
  readonly output: StringOption
  readonly overwrite: BooleanOption
} = {
  compact: { type: 'boolean', summary: 'Write the config on one line' },
  output: { type: 'string', short: 'o', valueName: '<path>', summary: 'File to create [default: stdout]' },
  overwrite: OVERWRITE,
}

/** A config that was made. */
export interface WrittenIgnition {
  /** The file, or `-` for stdout. */
  readonly output: string
  readonly version: SpecVersion
  readonly byteLength: number
  /** The config itself, when it goes to stdout. */
  readonly text?: string
}

const INDENT = 2

/**
 * Hands out a config that is made here. A file can be read by its owner only, since configs carry secrets; one that exists
 * is refused before any work. Text for stdout is in the result, for {@link presentIgnition}.
 *
 * @throws {IoError} `OUTPUT_EXISTS` and the like.
 */
export async function writeIgnition(
  { output, overwrite, compact }: IgnitionTarget,
  context: CommandContext,
  make: () => Promise<IgnitionConfig>,
): Promise<WrittenIgnition> {
  const isStdout = await checkIgnitionTarget({ output, overwrite })
  const config = await make()
  const text = formatForPeople(config, { compact })
  const bytes = encodeUtf8(text)
  const { version } = config.ignition
  const { byteLength } = bytes
  if (isStdout || output === undefined) return { output: '-', version, byteLength, text }
  await createFile(output, bytes, { overwrite, mode: 0o600, signal: context.signal })
  if (!context.json) context.note(`Wrote an Ignition config of ${byteLength} bytes (spec ${version}) to ${output}`)
  return { output, version, byteLength }
}

/**
 * Refuses an output that can't be made, for commands that work before they have a config; says whether it is stdout.
 *
 * @throws {IoError} `OUTPUT_EXISTS` and the like.
 */
export async function checkIgnitionTarget({
  output,
  overwrite,
}: Pick<IgnitionTarget, 'output' | 'overwrite'>): Promise<boolean> {
  if (output === undefined || output === '-' || (await leadsToStdout(output))) return true
  await checkOutput(output, { overwrite })
  return false
}

/** A config as commands write it: indented, unless all of it shall stand on one line. */
export function formatForPeople(config: IgnitionConfig, { compact }: Pick<IgnitionTarget, 'compact'>): string {
  return formatIgnition(config, compact ? {} : { indent: INDENT })
}

/** Prints a config that goes to stdout; about one in a file, a note has been told. */
export function presentIgnition({ text }: WrittenIgnition): string | undefined {
  return text
}
