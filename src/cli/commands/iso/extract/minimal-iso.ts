import { type LiveIso, readLiveIso, reviewKargsEdit } from '../../../../coreos/index.ts'
import {
  bootsThroughGrub,
  findRootfs,
  planMinimalIso,
  reviewRootfsUrl,
  rootfsKarg,
} from '../../../../operations/index.ts'
import { type Command, defineCommand } from '../../../command.ts'
import type { CommandContext } from '../../../context.ts'
import { ISO_TO_READ } from '../../../image-options.ts'
import { openIso } from '../../../open-iso.ts'
import { claimOutputs, writeMinimalIso } from '../../../write-minimal-iso.ts'

/** `isokit iso extract minimal-iso` */
export const command: Command = defineCommand({
  summary: 'Extract a minimal ISO image, which fetches its rootfs by network',
  description:
    'The minimal image boots like the full one and is a tenth of its size, for virtual media that are slow. What is extracted is compared with the hash that the full image names; files appear when all is well.\n\nThe full image has to be as it was published. Customize the minimal image instead: that works as with any live ISO image.',
  examples: [
    {
      summary: 'One file for a virtual medium, one for a web server',
      line: 'iso extract minimal-iso --rootfs-url http://pxe/r.img --output-rootfs r.img fcos.iso m.iso',
    },
  ],
  isAction: true,
  arguments: {
    iso: ISO_TO_READ,
    outputIso: { summary: 'File to create; stdout without it, or with -', optional: true },
  },
  options: {
    outputRootfs: { type: 'string', valueName: '<path>', summary: 'Write the rootfs to a new file, too' },
    rootfsUrl: {
      type: 'string',
      valueName: '<URL>',
      summary: 'Where the live system shall fetch the rootfs',
      description: 'It becomes the kernel argument coreos.live.rootfs_url, without which the image does not boot.',
    },
  },
  async run({ iso, outputIso = '-', outputRootfs, rootfsUrl }, context) {
    const { signal } = context
    const outputs = await claimOutputs({ image: outputIso, rootfs: outputRootfs }, context)
    await using source = await openIso(iso, context)
    const live = await readLiveIso(source, { signal })
    const minimal = await planMinimalIso(live, { rootfsUrl, signal })
    const rootfs = outputRootfs === undefined ? undefined : await findRootfs(live.iso, { signal })
    if (context.persona === 'isokit') tellHowItBoots(rootfsUrl, live, context)
    const written = await writeMinimalIso({ minimal, rootfs }, outputs, context)
    return {
      image: iso,
      output: outputIso,
      ...written,
      kargs: minimal.kargs,
      rootfs: rootfs && { path: outputRootfs, byteLength: rootfs.byteLength },
    }
  },
  present({ image, output, rootfs }) {
    const result = `Extracted the minimal image (${image} to ${output === '-' ? 'standard output' : output})`
    return rootfs ? `${result} and the rootfs (to ${rootfs.path})` : result
  },
  toJson: ({ rootfs = null, ...result }) => ({ ...result, rootfs }),
})

function tellHowItBoots(rootfsUrl: string | undefined, live: LiveIso, { note, warn }: CommandContext): void {
  if (rootfsUrl === undefined) {
    note('The minimal image will not boot before it has a kernel argument coreos.live.rootfs_url=<URL>')
    return
  }
  const append = [rootfsKarg(rootfsUrl)]
  for (const text of reviewRootfsUrl(rootfsUrl)) warn(text)
  for (const text of reviewKargsEdit('', { append }, { isGrub: bootsThroughGrub(live) })) warn(text)
}
