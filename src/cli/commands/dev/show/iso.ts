import { readLiveIso } from '../../../../coreos/index.ts'
import { type Iso9660, readIso9660, type VolumeDescriptor, walkIso } from '../../../../formats/iso9660/index.ts'
import { type Command, defineCommand } from '../../../command.ts'
import { ISO_TO_READ } from '../../../image-options.ts'
import { openIso } from '../../../open-iso.ts'

/** ISO 9660 counts in sectors of this size, and so does the output of this command. */
const SECTOR_SIZE = 2048

/** `isokit dev show iso` */
export const command: Command = defineCommand({
  summary: 'Print the structure of an ISO image as JSON',
  arguments: { iso: ISO_TO_READ },
  options: {
    ignition: {
      type: 'boolean',
      summary: 'Print where the embed area is instead',
      conflictsWith: ['kargs'],
    },
    kargs: { type: 'boolean', summary: 'Print where the kernel-argument areas are instead' },
  },
  async run({ iso: path, ignition, kargs }, context) {
    const { signal } = context
    await using source = await openIso(path, context)
    if (!ignition && !kargs) return await describeIso(await readIso9660(source, { signal }), signal)
    const live = await readLiveIso(source, { signal })
    if (ignition) return { offset: live.embedArea.offset, length: live.embedArea.byteLength }
    if (!live.kargs) return null
    return {
      length: live.kargs.byteLength,
      default: live.kargs.default,
      kargs: live.kargs.areas.map(({ offset, byteLength, pad, end, hasDeclaredPadding }) => ({
        offset,
        length: byteLength,
        ...(hasDeclaredPadding && { pad, end }),
      })),
    }
  },
  present: (result) => JSON.stringify(result, undefined, 2),
})

/** The names of the fields are those of coreos-installer, since scripts read them. */
async function describeIso(iso: Iso9660, signal: AbortSignal): Promise<unknown> {
  const records: string[] = []
  for await (const { path } of walkIso(iso, { signal })) records.push(path)
  return { header: { descriptors: iso.descriptors.map(describeDescriptor) }, records }
}

function describeDescriptor(descriptor: VolumeDescriptor): object {
  switch (descriptor.type) {
    case 'primary': {
      const { systemId, volumeId, volumeSpaceSectorCount, root } = descriptor
      const { name, extent } = root
      return {
        type: 'primary',
        system_id: systemId,
        volume_id: volumeId,
        volume_space_size: volumeSpaceSectorCount,
        root: { name, address: extent.offset / SECTOR_SIZE, length: extent.byteLength },
      }
    }
    case 'boot':
      return { type: 'boot', boot_system_id: descriptor.bootSystemId, boot_id: descriptor.bootId }
    case 'supplementary':
      return { type: 'supplementary' }
    case 'unknown':
      return { type: 'unknown', type_id: descriptor.typeId }
  }
}
