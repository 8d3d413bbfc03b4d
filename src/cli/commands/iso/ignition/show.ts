import { readLiveIso } from '../../../../coreos/index.ts'
import { nodeCodecs as codecs } from '../../../../node/index.ts'
import { readIgnition } from '../../../../operations/index.ts'
import { type Command, defineCommand } from '../../../command.ts'
import { ISO_TO_READ } from '../../../image-options.ts'
import { openIso } from '../../../open-iso.ts'

/** `isokit iso ignition show` */
export const command: Command = defineCommand({
  summary: 'Print the Ignition config that is embedded in a live ISO image',
  description: 'The config is printed byte for byte, as it was embedded.',
  arguments: { iso: ISO_TO_READ },
  options: {},
  async run({ iso }, context) {
    const { signal } = context
    await using source = await openIso(iso, context)
    return await readIgnition(await readLiveIso(source, { signal }), { codecs, signal })
  },
  present: (config) => config,
  toJson: (config) => ({ byteLength: config.byteLength, text: new TextDecoder().decode(config) }),
})
