import { encodeUtf8, equalBytes } from '../../../bytes/index.ts'
import { type IgnitionConfig, ignitionErrorOf, parseIgnition } from '../../../coreos/index.ts'
import { FormatError, UsageError } from '../../../errors.ts'
import { createFile, openFile } from '../../../node/index.ts'
import { type Command, defineCommand } from '../../command.ts'
import type { CommandContext } from '../../context.ts'
import { countOf } from '../../count-of.ts'
import { describeIgnoredKeys } from '../../ignition/ignored-keys.ts'
import { type IgnitionInput, readIgnitionInput } from '../../ignition/read-ignition-input.ts'
import { tellFindings } from '../../ignition/tell-findings.ts'
import {
  checkIgnitionTarget,
  formatForPeople,
  IGNITION_TARGET_OPTIONS,
  type WrittenIgnition,
  writeIgnition,
} from '../../ignition/write-ignition.ts'

/** What became of a config. */
interface Formatted extends Partial<WrittenIgnition> {
  readonly file: string
  /** Whether the text was in its usual form already. */
  readonly isFormatted: boolean
}

/** `isokit ignition fmt` */
export const command: Command = defineCommand({
  summary: 'Write an Ignition config in its one usual form',
  description:
    'The text means what it meant: keys stand in the order of Ignition, and without null, empty lists and empty objects. What a config says need not be valid; `ignition validate` looks at that.\n\nKeys that the spec version ignores would be lost, so that a config which has some is refused, unless --drop-ignored leaves them out.',
  examples: [
    { summary: 'Tidy up a config', line: 'ignition fmt --in-place config.ign' },
    { summary: 'Check in CI that it is tidy', line: 'ignition fmt --check config.ign' },
  ],
  arguments: { file: { summary: 'Ignition config to read [default: stdin]', optional: true } },
  options: {
    inPlace: { type: 'boolean', summary: 'Replace the config itself', conflictsWith: ['output', 'check', 'overwrite'] },
    check: {
      type: 'boolean',
      summary: 'Write nothing, and fail if the text would change',
      conflictsWith: ['output', 'overwrite'],
    },
    dropIgnored: { type: 'boolean', summary: 'Leave out the keys that the spec version ignores' },
    ...IGNITION_TARGET_OPTIONS,
  },
  async run({ file, inPlace, check, dropIgnored, ...target }, context): Promise<Formatted> {
    if (inPlace && (file === undefined || file === '-')) throw nothingToReplace()
    if (!inPlace && !check) await checkIgnitionTarget(target)
    const input = await readIgnitionInput(file, context)
    const config = await readLossless(input, context, { dropIgnored })
    const formatted = encodeUtf8(formatForPeople(config, target))
    const isFormatted = equalBytes(formatted, input.bytes)
    const result = { file: input.name, version: config.ignition.version, isFormatted }
    if (check) return result
    if (!inPlace) return { ...result, ...(await writeIgnition(target, context, async () => config)) }
    if (!isFormatted) await replaceContents(input.name, formatted, context)
    return { ...result, output: input.name, byteLength: formatted.byteLength }
  },
  hasFailed: ({ output, isFormatted }) => output === undefined && !isFormatted,
  present: ({ file, output, isFormatted, text }) =>
    output === undefined && !isFormatted ? `${file} is not formatted` : text,
})

/** @throws {FormatError} `IGNITION_INVALID`, or `IGNITION_KEYS_IGNORED` for what would be lost. */
async function readLossless(
  input: IgnitionInput,
  context: CommandContext,
  { dropIgnored }: { readonly dropIgnored: boolean },
): Promise<IgnitionConfig> {
  const { name, bytes } = input
  const { config, text, version, findings } = parseIgnition(bytes)
  if (!config || !text || !version) {
    await tellFindings(findings, input, context)
    throw ignitionErrorOf(findings, bytes, name)
  }
  const ignored = describeIgnoredKeys(text, version)
  await tellFindings(ignored, input, context)
  if (ignored.length === 0 || dropIgnored) return config
  const keys = countOf(ignored.length, 'key')
  throw new FormatError(
    'IGNITION_KEYS_IGNORED',
    `Cannot format ${name}: ${keys} that ${version} ignores would be lost`,
    {
      hint: 'Correct them, or leave them out with --drop-ignored',
    },
  )
}

async function replaceContents(path: string, bytes: Uint8Array, { signal, json, note }: CommandContext): Promise<void> {
  await using source = await openFile(path)
  await createFile(path, bytes, { overwrite: true, mode: source.mode, signal })
  if (!json) note(`Formatted ${path}`)
}

function nothingToReplace(): UsageError {
  return new UsageError('COMMAND_LINE_INVALID', 'Standard input can not be replaced', {
    hint: 'Name a file, or leave out --in-place',
  })
}
