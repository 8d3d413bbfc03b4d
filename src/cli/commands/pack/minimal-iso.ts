import packageJson from '../../../../package.json' with { type: 'json' }
import type { Patch, Source } from '../../../bytes/index.ts'
import { readIso9660 } from '../../../formats/iso9660/index.ts'
import { createSha256, editInPlace, nodeCodecs, systemDisk } from '../../../node/index.ts'
import { type MinimalIsoPacking, planMinimalIsoPacking } from '../../../operations/index.ts'
import { type Command, defineCommand } from '../../command.ts'
import { formatSize } from '../../format-size.ts'
import { openIso, tellRecovery } from '../../open-iso.ts'

/** `isokit pack minimal-iso` */
export const command: Command = defineCommand({
  summary: 'Pack a minimal ISO image into the full live ISO image',
  description:
    'Both images have the same files, but the minimal one lacks the rootfs and coreos/miniso.dat, which the full one has as zeros to be filled. Whoever has the full image can then extract the minimal one, byte for byte; that is tried before anything is written.',
  hidden: true,
  isAction: true,
  arguments: {
    fullIso: { summary: 'Live ISO image to edit in place' },
    minimalIso: { summary: 'Minimal ISO image to pack into it' },
  },
  options: { consume: { type: 'boolean', summary: 'Remove the minimal image in the end' } },
  async run({ fullIso, minimalIso, consume }, context) {
    const { signal, onProgress, fastPaths, note } = context
    let packing = undefined as MinimalIsoPacking | undefined
    const plan = async (full: Source): Promise<readonly Patch[]> => {
      await using minimal = await openIso(minimalIso, context)
      const images = [await readIso9660(full, { signal }), await readIso9660(minimal, { signal })] as const
      packing = await planMinimalIsoPacking(...images, {
        appVersion: `isokit ${packageJson.version}`,
        lzma2: nodeCodecs.lzma2,
        hasher: await createSha256(),
        onProgress,
        signal,
      })
      return packing.patches
    }
    const { written } = await editInPlace(fullIso, { plan, signal, onNotice: tellRecovery(context), fastPaths })
    if (packing) note(describe(packing))
    if (consume) await systemDisk.remove(minimalIso)
    const { patches: _patches, ...counts } = packing ?? { patches: [] }
    return { image: fullIso, minimalImage: minimalIso, isChanged: written.length > 0, isConsumed: consume, ...counts }
  },
  present: ({ image, minimalImage, isChanged }) =>
    `${isChanged ? 'Packed' : 'Nothing to change: already has'} the minimal image (${minimalImage} in ${image})`,
})

function describe(packing: MinimalIsoPacking): string {
  const { fileCount, sharedFileCount, sharedByteLength, restByteLength, packedByteLength } = packing
  const shared = `The images share ${sharedFileCount} of ${fileCount} files (${formatSize(sharedByteLength)})`
  return `${shared}; the other ${formatSize(restByteLength)} of the minimal one take ${formatSize(packedByteLength)}`
}
