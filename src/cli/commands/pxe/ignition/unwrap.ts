import { nodeCodecs as codecs } from '../../../../node/index.ts'
import { unwrapIgnition } from '../../../../operations/index.ts'
import { type Command, defineCommand } from '../../../command.ts'
import { withInitrdInput } from '../../../initrd-input.ts'

/** `isokit pxe ignition unwrap` */
export const command: Command = defineCommand({
  summary: 'Print the Ignition config that is wrapped in an initrd',
  description:
    'It may also be appended to a whole initramfs. Of several configs, the last is printed: the one that boots.',
  arguments: { initrd: { summary: 'initrd to read [default: stdin]', optional: true } },
  options: {},
  run: ({ initrd }, context) =>
    withInitrdInput(initrd, context, (input) => unwrapIgnition(input, { codecs, signal: context.signal })),
  present: (config) => config,
  toJson: (config) => ({ byteLength: config.byteLength, text: new TextDecoder().decode(config) }),
})
