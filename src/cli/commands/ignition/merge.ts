import {
  formatIgnitionPath,
  type IgnitionReport,
  ignitionErrorOf,
  type MergeInput,
  mergeIgnitions,
  type RemainingReference,
  type RenderedIgnition,
  renderIgnition,
  validateIgnition,
} from '../../../coreos/index.ts'
import type { FormatError } from '../../../errors.ts'
import { nodeCodecs as codecs } from '../../../node/index.ts'
import { type Command, defineCommand } from '../../command.ts'
import type { CommandContext } from '../../context.ts'
import { mergeErrorOf, tellMergeFindings } from '../../ignition/merge-findings.ts'
import { checkStdinIsNamedOnce, readIgnitionInput } from '../../ignition/read-ignition-input.ts'
import { tellFindings } from '../../ignition/tell-findings.ts'
import {
  checkIgnitionTarget,
  IGNITION_TARGET_OPTIONS,
  presentIgnition,
  writeIgnition,
} from '../../ignition/write-ignition.ts'
import { mergeFindingToJson } from '../../ignition-report/present-merge.ts'
import { presentProvenance, provenanceOf } from '../../ignition-report/present-provenance.ts'
import { changeToJson, describeChange } from '../../ignition-report/upgrade-changes.ts'

/** `isokit ignition merge` */
export const command: Command = defineCommand({
  summary: 'Merge Ignition configs into one, as Ignition does',
  description:
    'Each config is merged into those before it: its values win, and entries of lists are told apart by path, name or device. The result has the latest of their spec versions, and is checked once more, as the booting system does; what that refuses is not written.\n\nReferences to other configs are merged like everything else, and not followed. With --inline, the configs that are carried inline are merged too; what would have to be fetched stays, and so does what has to be merged after it.',
  examples: [
    {
      summary: 'Put what is special about a node over what all have',
      line: 'ignition merge base.ign node1.ign -o out.ign',
    },
    { summary: 'Show where each value comes from', line: 'ignition merge --provenance base.ign node1.ign' },
  ],
  arguments: {
    files: {
      summary: 'Ignition configs in order, or - for stdin',
      valueName: 'FILE',
      variadic: true,
      atLeastOne: true,
    },
  },
  options: {
    inline: { type: 'boolean', summary: 'Merge the configs that they carry inline, too' },
    provenance: {
      type: 'boolean',
      summary: 'Print where each value comes from',
      description: 'This takes the place of the config on stdout. With --json, it comes along with it.',
    },
    noValidate: { type: 'boolean', summary: 'Write the result even if machines will refuse it' },
    ...IGNITION_TARGET_OPTIONS,
  },
  async run({ files, inline, provenance, noValidate, ...target }, context) {
    checkStdinIsNamedOnce(files)
    await checkIgnitionTarget(target)
    const inputs = await readInputs(files, context)
    const merged = inline
      ? await renderIgnition(inputs, { codecs, signal: context.signal })
      : { ...mergeIgnitions(inputs), remaining: [] }
    const names = inputs.map(({ name }) => name)
    const error = noValidate ? undefined : mergeErrorOf(merged.findings, names)
    // Programs find them in the result, when there is one.
    if (!context.json || error) tellMergeFindings(merged.findings, context)
    if (error) throw error
    if (!context.json) tellInPassing(merged, context)
    const written = await writeIgnition(target, context, async () => merged.config)
    return { merged, written, provenance: provenance ? provenanceOf(merged) : undefined }
  },
  present: ({ written, provenance }) => (provenance ? presentProvenance(provenance) : presentIgnition(written)),
  toJson: ({ merged: { findings, upgrades, remaining }, written, provenance }) => ({
    ...written,
    upgrades: upgrades.map(({ input, changes }) => {
      return { file: input.name, changes: changes.map((change) => changeToJson(change, input)) }
    }),
    findings: findings.map(mergeFindingToJson),
    remaining: remaining.map(({ path, reason, url = null }) => ({ path: formatIgnitionPath(path), reason, url })),
    ...(provenance && { provenance }),
  }),
})

/** Tells what is wrong in any of the configs before it refuses one. */
async function readInputs(files: readonly string[], context: CommandContext): Promise<readonly MergeInput[]> {
  const inputs: MergeInput[] = []
  let error: FormatError | undefined
  for (const file of files) {
    const { name, bytes } = await readIgnitionInput(file, context)
    const { config, text, findings } = validateIgnition(bytes)
    await tellFindings(findings.filter(isLostByMerging(config)), { name, bytes }, context)
    error ??= ignitionErrorOf(findings, bytes, name)
    if (config) inputs.push({ name, config, text })
  }
  if (error) throw error
  return inputs
}

/** What the rules say about values of a valid config, they say again about the merged one, if it is still so. */
function isLostByMerging(config: IgnitionReport['config']): (finding: IgnitionReport['findings'][number]) => boolean {
  return ({ kind }) => config === undefined || kind === 'unused-key' || kind === 'tree-mismatch'
}

function tellInPassing({ upgrades, remaining }: Omit<RenderedIgnition, 'findings'>, { note }: CommandContext): void {
  for (const { input, changes } of upgrades) {
    // What is refused is an error of the merged config.
    for (const change of changes) if (!change.isRefused) note(describeChange(change, input))
  }
  for (const reference of remaining) note(describeRemaining(reference))
}

const REASONS: Readonly<Record<RemainingReference['reason'], string>> = {
  remote: 'it has to be fetched',
  incomplete: 'it refers to a config that has to be fetched',
  later: 'it has to be merged after another that stays',
  unusable: 'no machine can use it',
  unreadable: 'it can not be read here',
}

function describeRemaining({ path, reason, url }: RemainingReference): string {
  return `${formatIgnitionPath(path)} stays${url === undefined ? '' : ` (${url})`}: ${REASONS[reason]}`
}
