import { planKargsReset } from '../../../../operations/index.ts'
import { type Command, defineCommand } from '../../../command.ts'
import { editIso, presentEdit } from '../../../edit-iso.ts'
import { ISO_TO_EDIT, OUTPUT, OVERWRITE } from '../../../image-options.ts'

/** `isokit iso kargs reset` */
export const command: Command = defineCommand({
  summary: 'Give a live ISO image its default kernel arguments back',
  description: 'All areas are written, so areas that disagree or hold no text are mended.',
  isAction: true,
  arguments: { iso: ISO_TO_EDIT },
  options: { output: OUTPUT, overwrite: OVERWRITE },
  async run({ iso, output, overwrite }, context) {
    return editIso({ iso, output, overwrite }, context, planKargsReset)
  },
  present: presentEdit('Reset the kernel arguments'),
})
