import { nodeCodecs as codecs } from '../../../node/index.ts'
import { planIgnition } from '../../../operations/index.ts'
import { type Command, defineCommand } from '../../command.ts'
import { editIso, presentEdit } from '../../edit-iso.ts'
import { readIgnitionToEmbed } from '../../ignition/read-ignition-to-embed.ts'
import { FORCE, ISO_TO_EDIT, OUTPUT } from '../../image-options.ts'

/** `isokit iso embed`: what `iso ignition embed` was called before coreos-installer 0.8. */
export const command: Command = defineCommand({
  summary: 'Embed an Ignition config in a live ISO image (deprecated)',
  hidden: true,
  isAction: true,
  arguments: { iso: ISO_TO_EDIT },
  options: {
    config: { type: 'string', short: 'c', valueName: '<path>', summary: 'Ignition config to embed [default: stdin]' },
    force: FORCE,
    output: OUTPUT,
  },
  async run({ iso, config: path, force, output }, context) {
    context.note('`iso embed` is deprecated; use `iso ignition embed`')
    const config = await readIgnitionToEmbed(path === undefined ? [] : [path], context, { noValidate: false })
    const refuseRepeat = context.persona === 'coreos-installer'
    return editIso({ iso, output, overwrite: false }, context, (live) =>
      planIgnition(live, config, { codecs, force, refuseRepeat, signal: context.signal }),
    )
  },
  present: presentEdit('Embedded the Ignition config'),
})
