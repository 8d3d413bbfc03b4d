import { nodeCodecs as codecs } from '../../../../node/index.ts'
import { wrapIgnition } from '../../../../operations/index.ts'
import { type Command, defineCommand } from '../../../command.ts'
import { readIgnitionToEmbed } from '../../../ignition/read-ignition-to-embed.ts'
import { IGNITION_FILES, NO_VALIDATE } from '../../../image-options.ts'
import { presentInitrd, writeInitrd } from '../../../write-initrd.ts'

/** `isokit pxe ignition wrap` */
export const command: Command = defineCommand({
  summary: 'Wrap an Ignition config in an initrd for PXE boot',
  description:
    'Load the initrd behind the live initramfs, and boot with the kernel arguments ignition.firstboot and ignition.platform.id=metal. A config that Ignition would not take is refused, with all that is wrong in it.',
  examples: [{ summary: 'Make the second initrd', line: 'pxe ignition wrap -i config.ign -o config.img' }],
  isAction: true,
  arguments: {},
  options: {
    ignitionFile: IGNITION_FILES,
    output: { type: 'string', short: 'o', valueName: '<path>', summary: 'File to write [default: stdout]' },
    noValidate: NO_VALIDATE,
  },
  async run({ ignitionFile, output, noValidate }, context) {
    return writeInitrd(output, context, async () => {
      const config = await readIgnitionToEmbed(ignitionFile, context, { noValidate })
      return wrapIgnition(config, { codecs, signal: context.signal })
    })
  },
  present: presentInitrd,
})
