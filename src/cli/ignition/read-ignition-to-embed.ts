import { formatIgnitionFinding, ignitionErrorOf, reviewIgnition } from '../../coreos/index.ts'
import { UsageError } from '../../errors.ts'
import type { CommandContext } from '../context.ts'
import { checkStdinIsNamedOnce, type IgnitionInput, readIgnitionInput } from './read-ignition-input.ts'
import { MAX_TOLD_COUNT, tellFindings } from './tell-findings.ts'

/**
 * Reads the Ignition config to embed: one file byte for byte, stdin without any, or several merged into one. Each is
 * validated, and so is what merging makes of them; findings are told on stderr. Under the name `coreos-installer`, which
 * embeds any bytes, they are warnings, `-` is a file of that name, and there is one config.
 *
 * @throws {FormatError} `IGNITION_INVALID`
 * @throws {UsageError} `COMMAND_LINE_INVALID` for paths that can't be given together.
 */
export async function readIgnitionToEmbed(
  paths: readonly string[],
  context: CommandContext,
  { noValidate }: { readonly noValidate: boolean },
): Promise<Uint8Array> {
  checkPaths(paths, context)
  const inputs: IgnitionInput[] = []
  for (const path of paths.length === 0 ? [undefined] : paths) inputs.push(await readIgnitionInput(path, context))
  if (!noValidate) await checkInputs(inputs, context)
  const [first, ...more] = inputs
  if (first && more.length === 0) return first.bytes
  const { mergeInputs } = await import('./merge-inputs.ts')
  return await mergeInputs(inputs, context, { noValidate })
}

function checkPaths(paths: readonly string[], { persona }: CommandContext): void {
  if (persona !== 'coreos-installer') checkStdinIsNamedOnce(paths)
  else if (paths.length > 1) {
    throw new UsageError('COMMAND_LINE_INVALID', 'Option --ignition-file is given more than once', {
      hint: 'Merge the configs with isokit first',
    })
  }
}

/** Tells the findings of all configs before it refuses one. */
async function checkInputs(inputs: readonly IgnitionInput[], context: CommandContext): Promise<void> {
  const errors = []
  for (const input of inputs) {
    const { findings } = reviewIgnition(input.bytes, { advice: 'boot-failures', isForLiveSystem: true })
    if (context.persona === 'coreos-installer') {
      for (const finding of findings.slice(0, MAX_TOLD_COUNT)) {
        context.warn(formatIgnitionFinding(finding, input.bytes, input.name))
      }
      continue
    }
    await tellFindings(findings, input, context)
    const error = ignitionErrorOf(findings, input.bytes, input.name)
    if (error) errors.push(error)
  }
  if (errors[0]) throw errors[0]
}
