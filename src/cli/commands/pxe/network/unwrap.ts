import { nodeCodecs as codecs } from '../../../../node/index.ts'
import { unwrapNetwork } from '../../../../operations/index.ts'
import { type Command, defineCommand } from '../../../command.ts'
import { extractKeyfiles, keyfilesToJson, presentKeyfiles } from '../../../extract-keyfiles.ts'
import { withInitrdInput } from '../../../initrd-input.ts'

/** `isokit pxe network unwrap` */
export const command: Command = defineCommand({
  summary: 'Print or extract the network settings that are wrapped in an initrd',
  description: 'Without --directory, all keyfiles are printed, each under a heading.',
  arguments: { initrd: { summary: 'initrd to read [default: stdin]', optional: true } },
  options: {
    directory: {
      type: 'string',
      short: 'C',
      valueName: '<path>',
      completes: 'directory',
      summary: 'Directory to extract to',
      description:
        'It is created if need be. Existing files are not replaced. The files can be read by their owner only.',
    },
  },
  async run({ initrd, directory }, context) {
    const { signal } = context
    const keyfiles = await withInitrdInput(initrd, context, (input) => unwrapNetwork(input, { codecs, signal }))
    return extractKeyfiles(keyfiles, directory, signal)
  },
  present: presentKeyfiles,
  toJson: keyfilesToJson,
})
