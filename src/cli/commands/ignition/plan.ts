import { planProvisioning } from '../../../coreos/index.ts'
import { nodeCodecs as codecs } from '../../../node/index.ts'
import { type Command, defineCommand } from '../../command.ts'
import { readValidIgnition } from '../../ignition/read-ignition-input.ts'
import { planToJson } from '../../plan-report/plan-json.ts'
import { presentPlan } from '../../plan-report/present-plan.ts'

/** `isokit ignition plan` */
export const command: Command = defineCommand({
  summary: 'Show what a machine will do with an Ignition config',
  description:
    'Lists in order what Ignition does at the first boot: what it fetches, kernel arguments, disks, filesystems, mounts, groups, users, directories, files, links, units and the rest. Nothing is fetched, written or run. What depends on the machine is shown with every possible outcome. Contents, passwords and keys are not shown.\n\nConfigs that the config carries itself, as those of customized images do, are merged first. What other configs say is not known, and the plan then says that it is incomplete.\n\nThe exit code is 1 when a step fails on every machine, and when the config is not valid.',
  examples: [
    { summary: 'Look before booting', line: 'ignition plan config.ign' },
    { summary: 'Plan for a system of which nothing is known', line: 'ignition plan --base none config.ign' },
  ],
  arguments: { file: { summary: 'Ignition config [default: stdin]', valueName: 'FILE', optional: true } },
  options: {
    base: {
      type: 'choice',
      choices: ['coreos', 'fedora-coreos', 'none'],
      valueName: '<system>',
      default: 'coreos',
      summary: 'System that the config is for',
      description:
        'The system brings a config of its own, with the user core; Fedora CoreOS adds a unit to it. Where CoreOS has links, such as /home, they are followed.',
    },
  },
  async run({ file, base }, context) {
    const { name, config } = await readValidIgnition(file, context)
    return { name, plan: await planProvisioning(config, { base, codecs, signal: context.signal }) }
  },
  hasFailed: ({ plan }) => plan.counts.failing > 0,
  toJson: ({ name, plan }) => planToJson(plan, name),
  present: ({ name, plan }) => presentPlan(plan, name),
})
