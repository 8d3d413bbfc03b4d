import { nodeCodecs as codecs } from '../../../../node/index.ts'
import { unwrapNetwork } from '../../../../operations/index.ts'
import { type Command, defineCommand } from '../../../command.ts'
import { extractKeyfiles, KEYFILE_DIRECTORY, keyfilesToJson, presentKeyfiles } from '../../../extract-keyfiles.ts'
import { withInitrdInput } from '../../../initrd-input.ts'

/** `isokit pxe network unwrap` */
export const command: Command = defineCommand({
  summary: 'Print or extract the network settings that are wrapped in an initrd',
  description: 'Without --directory, all keyfiles are printed, each under a heading.',
  arguments: { initrd: { summary: 'initrd to read [default: stdin]', optional: true } },
  options: { directory: KEYFILE_DIRECTORY },
  async run({ initrd, directory }, context) {
    const { signal } = context
    const keyfiles = await withInitrdInput(initrd, context, (input) => unwrapNetwork(input, { codecs, signal }))
    return extractKeyfiles(keyfiles, directory, signal)
  },
  present: presentKeyfiles,
  toJson: keyfilesToJson,
})
