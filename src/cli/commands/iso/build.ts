import { memorySource, type Source } from '../../../bytes/index.ts'
import { MAX_EMBED_AREA_BYTE_LENGTH } from '../../../coreos/index.ts'
import { UsageError } from '../../../errors.ts'
import {
  nodeCodecs as codecs,
  createSha256,
  listFiles,
  openFile,
  pathInside,
  readInput,
  saveImage,
  streamToStdout,
} from '../../../node/index.ts'
import { type IsolinuxFile, MIN_EMBED_AREA_BYTE_LENGTH, planLiveIso } from '../../../operations/index.ts'
import { claimOutput } from '../../claim-output.ts'
import { type Command, defineCommand } from '../../command.ts'
import { OVERWRITE } from '../../image-options.ts'

/** `isokit iso build` */
export const command: Command = defineCommand({
  summary: 'Build a live ISO image from PXE files and boot loaders',
  description:
    'Kernel, initramfs and rootfs have to be of one build, for x86_64 or aarch64; the rootfs is compared with the hashes that the initramfs has of it before anything is written. The image has the layout of published ones, so that it can be customized like them, except that no minimal ISO can be extracted from it. The same files give the same bytes.\n\nUEFI boots by --efi-image, BIOS by --isolinux. An image with an EFI image can be written to a USB disk as well; there, BIOS needs isohdpfx.bin among the files of ISOLINUX.',
  examples: [
    {
      summary: 'An image for UEFI and BIOS',
      line: 'iso build --kernel k --initramfs i --rootfs r --efi-image efi --isolinux bios -o my.iso',
    },
  ],
  isAction: true,
  arguments: {},
  options: {
    kernel: { type: 'string', valueName: '<path>', required: true, summary: 'Kernel of the live system' },
    initramfs: { type: 'string', valueName: '<path>', required: true, summary: 'Its live initramfs, not customized' },
    rootfs: { type: 'string', valueName: '<path>', required: true, summary: 'Its rootfs' },
    efiImage: {
      type: 'string',
      valueName: '<path>',
      summary: 'FAT image with GRUB for UEFI',
      description: 'Such as images/efiboot.img of a published image. It names a volume id: give the same one.',
    },
    vendor: {
      type: 'string',
      summary: 'Where that GRUB looks for its config',
      description: 'The name of the directory in EFI/, which is fedora unless given.',
    },
    isolinux: {
      type: 'string',
      valueName: '<path>',
      completes: 'directory',
      summary: 'Directory with ISOLINUX for BIOS',
      description: 'It has isolinux.bin, ldlinux.c32 and other modules. Their config is made by isokit.',
    },
    volumeId: {
      type: 'string',
      valueName: '<name>',
      summary: 'Label of the image',
      description:
        'By it the live system finds its medium. It is <name>-<version> in published images, cut to 32 characters, and coreos-<version> unless given.',
    },
    karg: { type: 'list', valueName: '<arg>', summary: 'Default kernel argument to add' },
    embedArea: {
      type: 'number',
      valueName: '<bytes>',
      min: MIN_EMBED_AREA_BYTE_LENGTH,
      max: MAX_EMBED_AREA_BYTE_LENGTH,
      summary: 'Room for configs and keyfiles',
      description: 'It is 262144, as in published images, unless given.',
    },
    output: {
      type: 'string',
      short: 'o',
      valueName: '<path>',
      required: true,
      summary: 'Write to a new file, or to stdout with -',
      description: 'An existing file is not replaced.',
    },
    overwrite: OVERWRITE,
  },
  async run({ output, overwrite, volumeId, vendor, karg: kargs, embedArea: embedAreaByteLength, ...paths }, context) {
    const { signal, onProgress, fastPaths, json, warn } = context
    const descriptor = await claimOutput(output, { overwrite }, context)
    await using kernel = await openFile(paths.kernel, { fastPaths })
    await using initramfs = await openFile(paths.initramfs, { fastPaths })
    await using rootfs = await openFile(paths.rootfs, { fastPaths })
    const efiImage = paths.efiImage === undefined ? undefined : await readSmallFile(paths.efiImage, signal)
    const isolinux = paths.isolinux === undefined ? undefined : await readIsolinux(paths.isolinux, signal)
    const { image, ...plan } = await planLiveIso(
      { kernel, initramfs, rootfs, efiImage, isolinux },
      {
        ...{ volumeId, vendor, kargs, embedAreaByteLength },
        ...{ codecs, createHasher: createSha256, signal, onProgress },
      },
    )
    for (const notice of plan.notices) warn(notice)
    const options = { signal, onProgress, hash: json }
    const { byteLength, sha256 } =
      descriptor === undefined
        ? await saveImage(image, output, { ...options, overwrite, fastPaths })
        : await streamToStdout(image, { ...options, descriptor })
    return { output, byteLength, sha256, ...plan }
  },
  present: ({ output, volumeId, architecture }) =>
    `Built the image (${volumeId} for ${architecture} to ${output === '-' ? 'standard output' : output})`,
  toJson: ({ kargs = null, ...result }) => ({ ...result, kargs }),
})

async function readIsolinux(directory: string, signal: AbortSignal): Promise<readonly IsolinuxFile[]> {
  const names = await listFiles(directory, { signal })
  if (!names) {
    throw new UsageError('COMMAND_LINE_INVALID', `Cannot take ISOLINUX from ${directory}: it is not a directory`, {
      hint: 'Give the directory with isolinux.bin and its modules',
    })
  }
  const wanted = names.filter((name) => /^(?:isolinux\.bin|isohdpfx\.bin|.*\.c32)$/.test(name))
  const files: IsolinuxFile[] = []
  for (const name of wanted) files.push({ name, source: await readSmallFile(pathInside(directory, name), signal) })
  return files
}

/** A file that is small enough to be held, so that nobody has to close it. */
async function readSmallFile(path: string, signal: AbortSignal): Promise<Source> {
  return memorySource(await readInput(path, { signal }), path)
}
