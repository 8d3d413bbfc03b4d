import { readLiveIso } from '../../../../coreos/index.ts'
import { nodeCodecs as codecs, openImage } from '../../../../node/index.ts'
import { readIgnition } from '../../../../operations/index.ts'
import { type Command, defineCommand } from '../../../command.ts'
import { ISO_TO_READ } from '../../../image-options.ts'

/** `isokit iso ignition show` */
export const command: Command = defineCommand({
  summary: 'Print the Ignition config that is embedded in a live ISO image',
  description: 'The config is printed byte for byte, as it was embedded.',
  arguments: { iso: ISO_TO_READ },
  options: {},
  async run({ iso }, { signal, note }) {
    await using source = await openImage(iso, { signal, onNotice: note })
    return readIgnition(await readLiveIso(source, { signal }), { codecs, signal })
  },
  present: (config) => config,
  toJson: (config) => ({ byteLength: config.byteLength, text: new TextDecoder().decode(config) }),
})
