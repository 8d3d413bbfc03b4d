import { nodeCodecs as codecs } from '../../../../node/index.ts'
import { wrapNetwork } from '../../../../operations/index.ts'
import { type Command, defineCommand } from '../../../command.ts'
import { readKeyfileInputs } from '../../../read-keyfile-inputs.ts'
import { presentInitrd, writeInitrd } from '../../../write-initrd.ts'

/** `isokit pxe network wrap` */
export const command: Command = defineCommand({
  summary: 'Wrap network settings in an initrd for PXE boot',
  description: 'Load the initrd behind the live initramfs. No kernel arguments are needed for it.',
  isAction: true,
  arguments: {},
  options: {
    keyfile: {
      type: 'list',
      short: 'k',
      valueName: '<path>',
      required: true,
      summary: 'NetworkManager keyfile to wrap',
    },
    output: { type: 'string', short: 'o', valueName: '<path>', summary: 'File to write [default: stdout]' },
  },
  async run({ keyfile, output }, context) {
    return writeInitrd(output, context, async () =>
      wrapNetwork(await readKeyfileInputs(keyfile, context), { codecs, signal: context.signal }),
    )
  },
  present: presentInitrd,
})
