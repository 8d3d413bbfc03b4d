import { UsageError } from '../../../errors.ts'
import { BOOT_LOADERS, type BootLoader } from '../../../formats/boot-script/index.ts'
import { nodeCodecs as codecs, createFileTree } from '../../../node/index.ts'
import { planPxeSet } from '../../../operations/index.ts'
import { type Command, defineCommand } from '../../command.ts'
import { countOf } from '../../count-of.ts'
import { formatSize } from '../../format-size.ts'
import { NO_VALIDATE } from '../../image-options.ts'
import { parseHostFile, parseHostKarg, readPxeCustomizations } from '../../pxe-set/read-hosts.ts'
import { withPxeArtifacts } from '../../pxe-set/with-pxe-artifacts.ts'

/** `isokit pxe config` */
export const command: Command = defineCommand({
  summary: 'Write a directory from which machines boot over the network',
  description:
    'It holds kernel, initramfs and rootfs, an initrd with your configs, and boot scripts for iPXE (boot.ipxe), GRUB (grub.cfg, also for UEFI HTTP boot) and PXELINUX (pxelinux.cfg). All needed kernel arguments are in the scripts. Serve the directory by HTTP or TFTP, with the boot loader in it; `isokit pxe check` tells whether it is in order.\n\nConfigs, keyfiles and kernel arguments of single hosts are added to those of all, and such a host gets boot scripts of its own, under the names by which boot loaders look for them.',
  examples: [
    {
      summary: 'Three machines, of which one has an address of its own',
      line: 'pxe config -i all.ign --host 52:54:00:12:34:56=eth0.nmconnection -o pxe fcos.iso',
    },
    {
      summary: 'Scripts that load everything from elsewhere',
      line: 'pxe config --kernel-url URL --initramfs-url URL --rootfs-url URL --loader ipxe -o pxe',
    },
  ],
  isAction: true,
  arguments: { source: { summary: 'Live ISO image, or directory with its PXE files', optional: true } },
  options: {
    output: {
      type: 'string',
      short: 'o',
      valueName: '<path>',
      required: true,
      completes: 'directory',
      summary: 'Directory to create',
    },
    ignitionFile: {
      type: 'list',
      short: 'i',
      valueName: '<path>',
      summary: 'Ignition config for all machines',
      description: 'Several are merged into one as Ignition merges, each into those before it; - is stdin.',
    },
    keyfile: { type: 'list', short: 'k', valueName: '<path>', summary: 'NetworkManager keyfile for all machines' },
    host: {
      type: 'list',
      valueName: '<MAC=path>',
      completes: 'file',
      summary: 'Config or keyfile for one machine',
      description: 'A file whose name ends in .nmconnection is a keyfile, every other an Ignition config.',
      parse: parseHostFile,
    },
    hostKarg: {
      type: 'list',
      valueName: '<MAC=arg>',
      summary: 'Kernel argument to append for one machine',
      parse: parseHostKarg,
    },
    baseUrl: {
      type: 'string',
      valueName: '<URL>',
      summary: 'Where the directory will be served',
      description:
        'Machines then fetch the rootfs from there (http, https or tftp), which takes half of the memory. Without it, the boot loader loads the rootfs.',
    },
    kernelUrl: { type: 'string', valueName: '<URL>', summary: 'Load the kernel from there' },
    initramfsUrl: { type: 'string', valueName: '<URL>', summary: 'Load the initramfs from there' },
    rootfsUrl: {
      type: 'string',
      valueName: '<URL>',
      summary: 'Load the rootfs from there',
      conflictsWith: ['baseUrl'],
    },
    loader: {
      type: 'list',
      valueName: '<name>',
      summary: 'Only for this boot loader: ipxe, grub, pxelinux',
      parse: parseLoader,
    },
    architecture: {
      type: 'choice',
      choices: ['x86_64', 'aarch64', 'ppc64le'],
      summary: 'What the kernel is for',
      description: 'It is told by the kernel itself, or by a word in its URL.',
    },
    karg: { type: 'list', valueName: '<arg>', summary: 'Kernel argument to append' },
    installDev: {
      type: 'string',
      valueName: '<path>',
      summary: 'Device to install to, without asking',
      completes: 'file',
    },
    installIgnitionUrl: { type: 'string', valueName: '<URL>', summary: 'Ignition config to install with' },
    noValidate: NO_VALIDATE,
  },
  async run({ source, output, ...values }, context) {
    const { signal, onProgress, fastPaths, note } = context
    const { kernelUrl, initramfsUrl, rootfsUrl, architecture, baseUrl, loader: loaders } = values
    const customizations = await readPxeCustomizations(
      { configs: values.ignitionFile, keyfiles: values.keyfile },
      { files: values.host, kargs: values.hostKarg },
      context,
      { noValidate: values.noValidate },
    )
    const urls = {
      ...(kernelUrl !== undefined && { kernel: kernelUrl }),
      ...(initramfsUrl !== undefined && { initramfs: initramfsUrl }),
      ...(rootfsUrl !== undefined && { rootfs: rootfsUrl }),
    }
    return withPxeArtifacts({ source, urls, architecture }, context, async (artifacts) => {
      const kargs = [...installKargs(values), ...values.karg]
      const set = await planPxeSet(artifacts, { ...customizations, loaders, baseUrl, kargs, codecs, signal })
      const files = set.files.map(({ path, content, isSecret }) => ({
        path,
        content,
        mode: isSecret ? 0o600 : undefined,
      }))
      await createFileTree(output, files, { fastPaths, signal, onProgress })
      for (const notice of set.notices) note(notice)
      return {
        output,
        loaders: set.loaders,
        kargs: set.kargs.join(' '),
        files: files.map(({ path, content: { byteLength } }) => ({ path, byteLength })),
        notices: set.notices,
      }
    })
  },
  present: ({ output, files }) =>
    [
      `Wrote ${countOf(files.length, 'file')} to ${output}`,
      ...files.map(({ path, byteLength }) => `  ${path} (${formatSize(byteLength)})`),
    ].join('\n'),
})

/** The message of what is thrown reads well behind "Cannot use --loader=x: ". */
function parseLoader(text: string): BootLoader {
  const loader = BOOT_LOADERS.find((name) => name === text)
  if (loader) return loader
  throw new UsageError('COMMAND_LINE_INVALID', `the boot loaders are ${BOOT_LOADERS.join(', ')}`)
}

function installKargs({
  installDev,
  installIgnitionUrl,
}: {
  readonly installDev: string | undefined
  readonly installIgnitionUrl: string | undefined
}): readonly string[] {
  if (installIgnitionUrl !== undefined && installDev === undefined) {
    throw new UsageError('COMMAND_LINE_INVALID', 'Option --install-ignition-url needs --install-dev', {
      hint: 'Name the device to install to',
    })
  }
  return [
    ...(installDev === undefined ? [] : [`coreos.inst.install_dev=${installDev}`]),
    ...(installIgnitionUrl === undefined ? [] : [`coreos.inst.ignition_url=${installIgnitionUrl}`]),
  ]
}
