import { planReset } from '../../../operations/index.ts'
import { type Command, defineCommand } from '../../command.ts'
import { editIso, presentEdit } from '../../edit-iso.ts'
import { ISO_TO_EDIT, OUTPUT, OVERWRITE } from '../../image-options.ts'

/** `isokit iso reset` */
export const command: Command = defineCommand({
  summary: 'Undo all customizations of a live ISO image',
  description: 'The image becomes what was published, byte for byte.',
  isAction: true,
  arguments: { iso: ISO_TO_EDIT },
  options: { output: OUTPUT, overwrite: OVERWRITE },
  async run({ iso, output, overwrite }, context) {
    return editIso({ iso, output, overwrite }, context, planReset)
  },
  present: presentEdit('Undid all customizations'),
})
