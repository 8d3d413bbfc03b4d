import { encodeUtf8 } from '../bytes/index.ts'
import { formatIgnition, type IgnitionConfig, type SpecVersion } from '../coreos/index.ts'
import { checkOutput, createFile, leadsToStdout } from '../node/index.ts'
import type { CommandContext } from './context.ts'

/** Where a config goes, and how it is written. */
export interface IgnitionTarget {
  /** A new file; stdout for `-` and when not given. */
  readonly output: string | undefined
  readonly overwrite: boolean
  /** All on one line, rather than indented. */
  readonly compact: boolean
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
  const isStdout = output === undefined || output === '-' || (await leadsToStdout(output))
  if (!isStdout) await checkOutput(output, { overwrite })
  const config = await make()
  const text = formatIgnition(config, compact ? {} : { indent: INDENT })
  const bytes = encodeUtf8(text)
  const { version } = config.ignition
  const { byteLength } = bytes
  if (isStdout) return { output: '-', version, byteLength, text }
  await createFile(output, bytes, { overwrite, mode: 0o600, signal: context.signal })
  if (!context.json) context.note(`Wrote an Ignition config of ${byteLength} bytes (spec ${version}) to ${output}`)
  return { output, version, byteLength }
}

/** Prints a config that goes to stdout; about one in a file, a note has been told. */
export function presentIgnition({ text }: WrittenIgnition): string | undefined {
  return text
}
