import { sliceSource } from '../../../bytes/index.ts'
import { readLiveInitramfs } from '../../../coreos/index.ts'
import { nodeCodecs as codecs, initrdReader, openFile, saveImage, streamToStdout } from '../../../node/index.ts'
import { planPxeReset } from '../../../operations/index.ts'
import { claimOutput } from '../../claim-output.ts'
import { type Command, defineCommand } from '../../command.ts'
import { OUTPUT, OVERWRITE } from '../../image-options.ts'

/** `isokit pxe reset` */
export const command: Command = defineCommand({
  summary: 'Take the customizations off a live initramfs',
  description: 'The output is what was published, byte for byte.',
  isAction: true,
  arguments: { initramfs: { summary: 'Live initramfs to read' } },
  options: { output: { ...OUTPUT, required: true }, overwrite: OVERWRITE },
  async run({ initramfs: path, output, overwrite }, context) {
    const { signal, onProgress, fastPaths } = context
    const descriptor = await claimOutput(output, { overwrite }, context)
    await using source = await openFile(path, { fastPaths })
    const { baseByteLength } = planPxeReset(
      await readLiveInitramfs(initrdReader(source, { signal }), { codecs, signal }),
    )
    const base = sliceSource(source, { offset: 0, byteLength: baseByteLength })
    if (descriptor === undefined) await saveImage(base, output, { overwrite, fastPaths, signal, onProgress })
    else await streamToStdout(base, { descriptor, signal, onProgress })
    return {
      initramfs: path,
      output,
      byteLength: baseByteLength,
      removedByteLength: source.byteLength - baseByteLength,
    }
  },
  present: ({ output, removedByteLength }) =>
    `Wrote ${output === '-' ? 'standard output' : output}, without ${removedByteLength} bytes of customizations`,
})
