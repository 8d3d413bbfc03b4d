import { readLiveIso } from '../../../coreos/index.ts'
import { nodeCodecs as codecs } from '../../../node/index.ts'
import { inspectIso } from '../../../operations/index.ts'
import { type Command, defineCommand } from '../../command.ts'
import { ISO_TO_READ } from '../../image-options.ts'
import { openIso } from '../../open-iso.ts'
import { presentInspection } from '../../present-inspection.ts'

/** `isokit iso inspect` */
export const command: Command = defineCommand({
  summary: 'Show what a live ISO image is and how it is customized',
  description:
    'Shows the operating system, boot entries, every area with its used and free bytes, kernel arguments, and a summary of the Ignition config, network keyfiles and installer configs. Contents that may be secret are left out unless --show-secrets is given.',
  arguments: { iso: ISO_TO_READ },
  options: {
    showSecrets: { type: 'boolean', summary: 'Show the Ignition config and keyfiles in full' },
  },
  async run({ iso, showSecrets }, context) {
    const { signal } = context
    await using source = await openIso(iso, context)
    return await inspectIso(await readLiveIso(source, { signal }), { codecs, signal, showSecrets })
  },
  present: presentInspection,
})
