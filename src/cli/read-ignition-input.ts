import {
  formatIgnitionFinding,
  type IgnitionConfig,
  type IgnitionFinding,
  ignitionErrorOf,
  reviewIgnition,
  validateIgnition,
} from '../coreos/index.ts'
import { UsageError } from '../errors.ts'
import { readInput } from '../node/index.ts'
import type { CommandContext } from './context.ts'

/** An Ignition config that was asked for. */
export interface IgnitionInput {
  /** How messages call it. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** The longest config that is read, which is the longest that can be validated: 256 MiB. */
export const MAX_CONFIG_BYTE_LENGTH: number = 256 * 1024 * 1024

/** The most findings that are told in passing; `ignition validate` shows all. */
const MAX_TOLD_COUNT = 20

/**
 * Reads an Ignition config to embed from a file, or from stdin without one, and validates it. Findings are told on stderr.
 * Under the name `coreos-installer`, which embeds any bytes, they are warnings, and `-` is a file of that name.
 *
 * @throws {FormatError} `IGNITION_INVALID`
 */
export async function readIgnitionToEmbed(
  path: string | undefined,
  context: CommandContext,
  { noValidate }: { readonly noValidate: boolean },
): Promise<Uint8Array> {
  const input = await readIgnitionInput(path, context)
  if (!noValidate) await checkInput(input, context)
  return input.bytes
}

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
}

/**
 * Reads one config as {@link readIgnitionInput} does, and refuses it for what Ignition would refuse it for. Its errors are
 * told on stderr.
 *
 * @throws {FormatError} `IGNITION_INVALID`
 */
export async function readValidIgnition(path: string | undefined, context: CommandContext): Promise<ValidIgnition> {
  const input = await readIgnitionInput(path, context)
  const { config, findings } = validateIgnition(input.bytes)
  if (config) return { ...input, config }
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

async function checkInput({ name, bytes }: IgnitionInput, context: CommandContext): Promise<void> {
  const { findings } = reviewIgnition(bytes, { withAdvice: true, isForLiveSystem: true })
  const told = findings.filter(({ severity, kind }) => severity !== 'advice' || kind === 'kernel-arguments-on-live')
  if (context.persona === 'coreos-installer') {
    for (const finding of told.slice(0, MAX_TOLD_COUNT)) context.warn(formatIgnitionFinding(finding, bytes, name))
    return
  }
  if (told.length > 0) await tellFindings(told, { name, bytes }, context)
  const error = ignitionErrorOf(findings, bytes, name)
  if (error) throw error
}

async function tellFindings(
  findings: readonly IgnitionFinding[],
  input: IgnitionInput,
  context: CommandContext,
): Promise<void> {
  const [{ presentFindings }, { findingToJson }] = await Promise.all([
    import('./ignition-report/present-report.ts'),
    import('./ignition-report/report-json.ts'),
  ])
  for (const finding of findings.slice(0, MAX_TOLD_COUNT)) {
    context.report(
      { finding: { file: input.name, ...findingToJson(finding) } },
      (paint) => `${presentFindings([finding], input, paint)}\n`,
    )
  }
  const untold = findings.length - MAX_TOLD_COUNT
  if (untold > 0) context.note(`There are ${untold} more findings; \`isokit ignition validate\` shows them all`)
}
