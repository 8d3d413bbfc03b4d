import { type LiveInitramfs, readLiveInitramfs } from '../../../coreos/index.ts'
import { UsageError } from '../../../errors.ts'
import { nodeCodecs as codecs, encodeGzip as gzip, initrdReader, openFile } from '../../../node/index.ts'
import { type PxeCustomizationPlan, planPxeCustomization } from '../../../operations/index.ts'
import { type Command, defineCommand } from '../../command.ts'
import { CUSTOMIZE_CHECK_OPTIONS, CUSTOMIZE_OPTIONS } from '../../customize/options.ts'
import { presentChanges, tellPlan } from '../../customize/present-changes.ts'
import { readCustomization } from '../../customize/read-customization.ts'
import { writeInitramfs } from '../../customize/write-initramfs.ts'
import { FORCE, OUTPUT, OVERWRITE } from '../../image-options.ts'

/** `isokit pxe customize` */
export const command: Command = defineCommand({
  summary: 'Customize a live initramfs for booting over the network',
  description:
    'The initramfs is read to its end first, and stays as it is; an archive with the customizations follows it. With any Ignition config, the boot configuration must pass ignition.firstboot ignition.platform.id=metal to the kernel.\n\nAny --dest option and --installer-config make the live system install without asking, as soon as it boots.',
  examples: [
    {
      summary: 'An initramfs that installs by itself',
      line: 'pxe customize --dest-device /dev/sda --dest-ignition node1.ign -o node1.img initramfs.img',
    },
    {
      summary: 'An archive to load behind the initramfs as it is published',
      line: 'pxe customize --live-ignition live.ign --append-only -o live.img initramfs.img',
    },
  ],
  isAction: true,
  arguments: { initramfs: { summary: 'Live initramfs to customize' } },
  options: {
    ...CUSTOMIZE_OPTIONS,
    bootKargs: {
      type: 'string',
      valueName: '<kargs>',
      summary: 'Kernel arguments of the boot configuration',
      description: 'They are not written. With them, arguments that are missing or without effect are an error.',
    },
    force: FORCE,
    output: OUTPUT,
    overwrite: OVERWRITE,
    appendOnly: {
      type: 'boolean',
      summary: 'Write the archive without the initramfs',
      description: 'The boot configuration names it as a further initrd, behind the initramfs.',
    },
    ...CUSTOMIZE_CHECK_OPTIONS,
  },
  async run({ initramfs: path, output, overwrite, appendOnly, force, bootKargs, dryRun, ...values }, context) {
    if (output === undefined && !dryRun) {
      throw new UsageError('COMMAND_LINE_INVALID', 'Option --output is required, unless --dry-run is given', {
        hint: 'Name a file with -o, or standard output with -o -',
      })
    }
    const { signal, persona, fastPaths } = context
    const { customization, checks } = await readCustomization(values, context)
    const refuseRepeat = persona === 'coreos-installer'
    const options = { codecs, gzip, checks, force, refuseRepeat, kargs: bootKargs, signal }
    let plan: PxeCustomizationPlan | undefined
    const planArchive = async (initramfs: LiveInitramfs): Promise<PxeCustomizationPlan> => {
      plan = await planPxeCustomization(initramfs, customization, options)
      tellPlan(plan, context)
      return plan
    }
    if (output !== undefined && !dryRun) {
      const target = { initramfs: path, output, overwrite, appendOnly }
      return { written: await writeInitramfs(target, context, planArchive), plan }
    }
    await using source = await openFile(path, { fastPaths })
    await planArchive(await readLiveInitramfs(initrdReader(source, { signal }), { codecs, signal }))
    return { written: undefined, plan }
  },
  present({ written, plan }) {
    if (!written) return presentChanges(plan?.changes ?? [])
    const { output, archiveByteLength } = written
    return `Wrote ${output === '-' ? 'standard output' : output} (${archiveByteLength} bytes of customizations)`
  },
  toJson: ({ written, plan }) => ({
    ...written,
    isDryRun: written === undefined,
    changes: plan?.changes ?? [],
    notices: plan?.notices ?? [],
    warnings: plan?.warnings ?? [],
  }),
})
