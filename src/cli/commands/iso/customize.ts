import { readLiveIso } from '../../../coreos/index.ts'
import { nodeCodecs as codecs, encodeGzip as gzip } from '../../../node/index.ts'
import { type IsoCustomizationPlan, planIsoCustomization } from '../../../operations/index.ts'
import { type Command, defineCommand } from '../../command.ts'
import { CUSTOMIZE_CHECK_OPTIONS, CUSTOMIZE_OPTIONS } from '../../customize/options.ts'
import { presentChanges, tellPlan } from '../../customize/present-changes.ts'
import { readCustomization } from '../../customize/read-customization.ts'
import { editIso, presentEdit } from '../../edit-iso.ts'
import { FORCE, ISO_TO_EDIT, OUTPUT, OVERWRITE } from '../../image-options.ts'
import { openIso } from '../../open-iso.ts'

/** `isokit iso customize` */
export const command: Command = defineCommand({
  summary: 'Customize a live ISO image: live system, installer, installed system',
  description:
    'Everything that is embedded is replaced, and kernel arguments are made from the defaults. An image that is customized already is refused without --force, unless it is customized in the very same way: then nothing is written.\n\nAny --dest option and --installer-config make the live system install without asking, as soon as it boots.',
  examples: [
    {
      summary: 'An image that installs by itself',
      line: 'iso customize --dest-device /dev/sda --dest-ignition node1.ign -o node1.iso fcos.iso',
    },
    { summary: 'What that would change', line: 'iso customize --dry-run --dest-device /dev/sda fcos.iso' },
  ],
  isAction: true,
  arguments: { iso: ISO_TO_EDIT },
  options: {
    ...CUSTOMIZE_OPTIONS,
    liveKargAppend: { type: 'list', valueName: '<arg>', summary: 'Live kernel argument to append' },
    liveKargDelete: { type: 'list', valueName: '<arg>', summary: 'Default live kernel argument to delete' },
    liveKargReplace: { type: 'list', valueName: '<k=o=n>', summary: 'Default live argument to change' },
    force: FORCE,
    output: OUTPUT,
    overwrite: OVERWRITE,
    ...CUSTOMIZE_CHECK_OPTIONS,
  },
  async run({ iso, output, overwrite, force, dryRun, ...values }, context) {
    const { signal, persona } = context
    const { customization, checks } = await readCustomization(values, context)
    const liveKargs = {
      append: values.liveKargAppend,
      delete: values.liveKargDelete,
      replace: values.liveKargReplace,
    }
    const isReference = persona === 'coreos-installer'
    const options = { codecs, gzip, checks, force, refuseRepeat: isReference, keepsKargs: isReference, signal }
    let plan: IsoCustomizationPlan | undefined
    const planPatches = async (live: Parameters<typeof planIsoCustomization>[0]) => {
      plan = await planIsoCustomization(live, { ...customization, liveKargs }, options)
      tellPlan(plan, context)
      return plan.patches
    }
    if (!dryRun) return { edit: await editIso({ iso, output, overwrite }, context, planPatches), plan }
    await using source = await openIso(iso, context)
    await planPatches(await readLiveIso(source, { signal }))
    return { edit: undefined, plan }
  },
  present: ({ edit, plan }) => (edit ? presentEdit('Customized the image')(edit) : presentChanges(plan?.changes ?? [])),
  toJson: ({ edit, plan }) => ({
    ...edit,
    isDryRun: edit === undefined,
    kargs: plan?.kargs ?? null,
    changes: plan?.changes ?? [],
    notices: plan?.notices ?? [],
    warnings: plan?.warnings ?? [],
  }),
})
