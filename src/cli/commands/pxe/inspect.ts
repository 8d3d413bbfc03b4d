import { readLiveInitramfs } from '../../../coreos/index.ts'
import { nodeCodecs as codecs, initrdReader, openFile } from '../../../node/index.ts'
import { inspectInitramfs } from '../../../operations/index.ts'
import { type Command, defineCommand } from '../../command.ts'
import { presentInitramfs } from '../../present-initramfs.ts'

/** `isokit pxe inspect` */
export const command: Command = defineCommand({
  summary: 'Show what a live initramfs is and how it is customized',
  description:
    'Shows the version, the archives that the initramfs consists of, and a summary of the Ignition config, network keyfiles and installer configs, without contents that may be secret.',
  arguments: { initramfs: { summary: 'Live initramfs to read' } },
  options: {},
  async run({ initramfs }, { signal, fastPaths }) {
    await using source = await openFile(initramfs, { fastPaths })
    return await inspectInitramfs(await readLiveInitramfs(initrdReader(source, { signal }), { codecs, signal }), {
      codecs,
      signal,
    })
  },
  present: presentInitramfs,
})
