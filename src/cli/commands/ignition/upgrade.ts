import { NEWEST_STABLE_VERSION, SPEC_VERSIONS, type UpgradeChange, upgradeIgnition } from '../../../coreos/index.ts'
import { FormatError } from '../../../errors.ts'
import { type Command, defineCommand } from '../../command.ts'
import type { CommandContext } from '../../context.ts'
import { describeIgnoredKeys } from '../../ignition/ignored-keys.ts'
import { readValidIgnition, type ValidIgnition } from '../../ignition/read-ignition-input.ts'
import { tellFindings } from '../../ignition/tell-findings.ts'
import {
  checkIgnitionTarget,
  IGNITION_TARGET_OPTIONS,
  presentIgnition,
  writeIgnition,
} from '../../ignition/write-ignition.ts'
import { openConfig, presentFinding } from '../../ignition-report/present-report.ts'
import { findingToJson } from '../../ignition-report/report-json.ts'
import { changeToJson, describeChange } from '../../ignition-report/upgrade-changes.ts'

/** `isokit ignition upgrade` */
export const command: Command = defineCommand({
  summary: 'Upgrade an Ignition config to a later spec version',
  description:
    'The new config does what the old one does. What changes for that, and what takes effect from now on, is told on stderr. Keys that the old version ignores are left out, since the later one may know them.\n\nA config is not upgraded to a version that refuses it, and not to an earlier one.',
  examples: [{ summary: 'Upgrade to the newest stable version', line: 'ignition upgrade old.ign -o new.ign' }],
  arguments: { file: { summary: 'Ignition config to read [default: stdin]', optional: true } },
  options: {
    to: {
      type: 'choice',
      choices: SPEC_VERSIONS,
      default: NEWEST_STABLE_VERSION,
      valueName: '<version>',
      summary: 'Spec version of the new config',
    },
    ...IGNITION_TARGET_OPTIONS,
  },
  async run({ file, to, ...target }, context) {
    await checkIgnitionTarget(target)
    const input = await readValidIgnition(file, context)
    const { version: from } = input.config.ignition
    const { config, changes } = upgradeIgnition(input.config, to)
    refuseWhatIsRefused(changes, input, context)
    const ignoredKeys = describeIgnoredKeys(input.text, from, to)
    if (!context.json) {
      await tellFindings(ignoredKeys, input, context)
      for (const change of changes) context.note(describeChange(change, input))
    }
    return { input, changes, ignoredKeys, written: await writeIgnition(target, context, async () => config) }
  },
  present: ({ written }) => presentIgnition(written),
  toJson: ({ input, changes, ignoredKeys, written }) => ({
    from: input.config.ignition.version,
    ...written,
    changes: changes.map((change) => changeToJson(change, input)),
    ignoredKeys: ignoredKeys.map(findingToJson),
  }),
})

function refuseWhatIsRefused(changes: readonly UpgradeChange[], input: ValidIgnition, context: CommandContext): void {
  const refused = changes.filter(({ isRefused }) => isRefused)
  const [first] = refused
  if (!first) return
  const config = openConfig(input)
  for (const change of refused) {
    const { span } = input.text.placeOf(change.path)
    const finding = { severity: 'error', file: input.name, ...changeToJson(change, input) }
    context.report({ finding }, (paint) => {
      return `${presentFinding({ severity: 'error', ...change, span }, config, paint)}\n`
    })
  }
  throw new FormatError('IGNITION_INVALID', `Cannot upgrade ${describeChange(first, input)}`, {
    hint: 'Correct the config first',
  })
}
