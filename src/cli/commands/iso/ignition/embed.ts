import { nodeCodecs as codecs } from '../../../../node/index.ts'
import { planIgnition } from '../../../../operations/index.ts'
import { type Command, defineCommand } from '../../../command.ts'
import { editIso, presentEdit } from '../../../edit-iso.ts'
import { readIgnitionToEmbed } from '../../../ignition/read-ignition-to-embed.ts'
import { FORCE, IGNITION_FILES, ISO_TO_EDIT, NO_VALIDATE, OUTPUT, OVERWRITE } from '../../../image-options.ts'

/** `isokit iso ignition embed` */
export const command: Command = defineCommand({
  summary: 'Embed an Ignition config in a live ISO image',
  description:
    'The live system applies the config when it boots. Network settings and kernel arguments that are embedded stay.\n\nA config that Ignition would not take is refused, with all that is wrong in it; isokit ignition validate tells the same. Embedding the config that the image carries already changes nothing.',
  examples: [
    { summary: 'Edit the image in place', line: 'iso ignition embed -i config.ign fcos.iso' },
    { summary: 'Leave it and make a new one', line: 'iso ignition embed -i config.ign -o node1.iso fcos.iso' },
  ],
  isAction: true,
  arguments: { iso: ISO_TO_EDIT },
  options: {
    force: FORCE,
    ignitionFile: IGNITION_FILES,
    output: OUTPUT,
    overwrite: OVERWRITE,
    noValidate: NO_VALIDATE,
  },
  async run({ iso, force, ignitionFile, output, overwrite, noValidate }, context) {
    const config = await readIgnitionToEmbed(ignitionFile, context, { noValidate })
    const refuseRepeat = context.persona === 'coreos-installer'
    return editIso({ iso, output, overwrite }, context, (live) =>
      planIgnition(live, config, { codecs, force, refuseRepeat, signal: context.signal }),
    )
  },
  present: presentEdit('Embedded the Ignition config'),
})
