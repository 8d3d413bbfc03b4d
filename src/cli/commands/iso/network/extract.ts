import { readLiveIso } from '../../../../coreos/index.ts'
import { nodeCodecs as codecs } from '../../../../node/index.ts'
import { readNetwork } from '../../../../operations/index.ts'
import { type Command, defineCommand } from '../../../command.ts'
import { extractKeyfiles, KEYFILE_DIRECTORY, keyfilesToJson, presentKeyfiles } from '../../../extract-keyfiles.ts'
import { ISO_TO_READ } from '../../../image-options.ts'
import { openIso } from '../../../open-iso.ts'

/** `isokit iso network extract` */
export const command: Command = defineCommand({
  summary: 'Print or extract the network settings of a live ISO image',
  description: 'Without --directory, all keyfiles are printed, each under a heading.',
  arguments: { iso: ISO_TO_READ },
  options: { directory: KEYFILE_DIRECTORY },
  async run({ iso, directory }, context) {
    const { signal } = context
    await using source = await openIso(iso, context)
    const keyfiles = await readNetwork(await readLiveIso(source, { signal }), { codecs, signal })
    return extractKeyfiles(keyfiles, directory, signal)
  },
  present: presentKeyfiles,
  toJson: keyfilesToJson,
})
