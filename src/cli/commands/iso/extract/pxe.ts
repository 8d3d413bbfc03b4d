import { basename } from 'node:path'
import { readIso9660 } from '../../../../formats/iso9660/index.ts'
import { checkOutput, createDirectory, createFile, pathInside } from '../../../../node/index.ts'
import { listPxeFiles, pxeFileName } from '../../../../operations/index.ts'
import { type Command, defineCommand } from '../../../command.ts'
import { ISO_TO_READ } from '../../../image-options.ts'
import { openIso } from '../../../open-iso.ts'

/** `isokit iso extract pxe` */
export const command: Command = defineCommand({
  summary: 'Extract the PXE files from a live ISO image',
  description:
    'Kernel, initramfs and rootfs are written to files named after the image, as fcos-vmlinuz. Customizations of the image are not part of them. The path of each file is printed.',
  arguments: { iso: ISO_TO_READ },
  options: {
    outputDir: {
      type: 'string',
      short: 'o',
      valueName: '<path>',
      default: '.',
      completes: 'directory',
      summary: 'Directory to write to',
    },
  },
  async run({ iso, outputDir }, context) {
    const { signal, onProgress } = context
    await using source = await openIso(iso, context)
    const files = await listPxeFiles(await readIso9660(source, { signal }), { signal })
    const outputs = files.map((file) => ({ ...file, path: pathInside(outputDir, pxeFileName(basename(iso), file)) }))
    await createDirectory(outputDir)
    for (const { path } of outputs) await checkOutput(path)
    const bytesTotal = outputs.reduce((total, output) => total + output.source.byteLength, 0)
    let bytesDone = 0
    for (const output of outputs) {
      await createFile(output.path, output.source, { signal })
      bytesDone += output.source.byteLength
      onProgress({ bytesDone, bytesTotal })
    }
    return { files: outputs.map(({ path, source }) => ({ path, byteLength: source.byteLength })) }
  },
  present: ({ files }) => files.map(({ path }) => path).join('\n'),
})
