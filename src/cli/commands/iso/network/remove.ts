import { nodeCodecs as codecs } from '../../../../node/index.ts'
import { planNetworkRemoval } from '../../../../operations/index.ts'
import { type Command, defineCommand } from '../../../command.ts'
import { editIso, presentEdit } from '../../../edit-iso.ts'
import { ISO_TO_EDIT, OUTPUT, OVERWRITE } from '../../../image-options.ts'

/** `isokit iso network remove` */
export const command: Command = defineCommand({
  summary: 'Remove the network settings from a live ISO image',
  description: 'The Ignition config and kernel arguments stay. Without network settings there is nothing to do.',
  isAction: true,
  arguments: { iso: ISO_TO_EDIT },
  options: { output: OUTPUT, overwrite: OVERWRITE },
  async run({ iso, output, overwrite }, context) {
    return editIso({ iso, output, overwrite }, context, (live) =>
      planNetworkRemoval(live, { codecs, signal: context.signal }),
    )
  },
  present: presentEdit('Removed the network settings'),
})
