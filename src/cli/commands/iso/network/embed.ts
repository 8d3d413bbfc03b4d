import { nodeCodecs as codecs } from '../../../../node/index.ts'
import { planNetwork } from '../../../../operations/index.ts'
import { type Command, defineCommand } from '../../../command.ts'
import { editIso, presentEdit } from '../../../edit-iso.ts'
import { FORCE, ISO_TO_EDIT, OUTPUT, OVERWRITE } from '../../../image-options.ts'
import { readKeyfileInputs } from '../../../read-keyfile-inputs.ts'

/** `isokit iso network embed` */
export const command: Command = defineCommand({
  summary: 'Embed network settings in a live ISO image',
  description:
    'The live system uses the NetworkManager keyfiles in place of networking by kernel arguments. They replace all network settings that are embedded; an Ignition config stays.',
  examples: [
    { summary: 'Embed two keyfiles', line: 'iso network embed -k eth0.nmconnection -k bond0.nmconnection fcos.iso' },
  ],
  isAction: true,
  arguments: { iso: ISO_TO_EDIT },
  options: {
    keyfile: {
      type: 'list',
      short: 'k',
      valueName: '<path>',
      required: true,
      summary: 'NetworkManager keyfile to embed',
    },
    force: FORCE,
    output: OUTPUT,
    overwrite: OVERWRITE,
  },
  async run({ iso, keyfile, force, output, overwrite }, context) {
    const keyfiles = await readKeyfileInputs(keyfile, context)
    const refuseRepeat = context.persona === 'coreos-installer'
    return editIso({ iso, output, overwrite }, context, (live) =>
      planNetwork(live, keyfiles, { codecs, force, refuseRepeat, signal: context.signal }),
    )
  },
  present: presentEdit('Embedded the network settings'),
})
