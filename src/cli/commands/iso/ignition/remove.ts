import { nodeCodecs as codecs } from '../../../../node/index.ts'
import { planIgnitionRemoval } from '../../../../operations/index.ts'
import { type Command, defineCommand } from '../../../command.ts'
import { editIso, presentEdit } from '../../../edit-iso.ts'
import { ISO_TO_EDIT, OUTPUT, OVERWRITE } from '../../../image-options.ts'

/** `isokit iso ignition remove` */
export const command: Command = defineCommand({
  summary: 'Remove the Ignition config from a live ISO image',
  description: 'Network settings and kernel arguments stay. Without a config there is nothing to do.',
  isAction: true,
  arguments: { iso: ISO_TO_EDIT },
  options: { output: OUTPUT, overwrite: OVERWRITE },
  async run({ iso, output, overwrite }, context) {
    return editIso({ iso, output, overwrite }, context, (live) =>
      planIgnitionRemoval(live, { codecs, signal: context.signal }),
    )
  },
  present: presentEdit('Removed the Ignition config'),
})
