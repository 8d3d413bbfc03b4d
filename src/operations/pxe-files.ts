import type { Source } from '../bytes/index.ts'
import { FormatError } from '../errors.ts'
import { findIsoEntry, type Iso9660, isoFileSource, listIsoDirectory } from '../formats/iso9660/index.ts'

const PXE_DIRECTORY_PATH = 'IMAGES/PXEBOOT'

/** One of the files that boot a machine over the network: kernel, initramfs, rootfs. */
export interface PxeFile {
  /** The file's name in lower case: `vmlinuz`, `initrd.img`, `rootfs.img`. */
  readonly name: string
  readonly source: Source
}

/**
 * The PXE files of a live ISO, in the order of their records. Customizations are not part of them.
 *
 * @throws {FormatError} `NOT_A_LIVE_ISO` when the image has no `images/pxeboot`.
 */
export async function listPxeFiles(
  iso: Iso9660,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<readonly PxeFile[]> {
  const directory = await findIsoEntry(iso, PXE_DIRECTORY_PATH, options)
  if (!directory?.isDirectory) {
    throw new FormatError(
      'NOT_A_LIVE_ISO',
      `Unrecognized CoreOS ISO image: ${iso.name} has no directory images/pxeboot`,
      { hint: 'Use a live ISO of Fedora CoreOS or RHEL CoreOS' },
    )
  }
  const entries = await listIsoDirectory(iso, directory, options)
  return entries
    .filter((entry) => !entry.isDirectory)
    .map((entry) => ({ name: entry.name.toLowerCase(), source: isoFileSource(iso, entry) }))
}

/**
 * The file of a live ISO that holds its root file system.
 *
 * @throws {FormatError} `NOT_A_LIVE_ISO` when there is none.
 */
export async function findRootfs(iso: Iso9660, options: { signal?: AbortSignal | undefined } = {}): Promise<Source> {
  const files = await listPxeFiles(iso, options)
  const rootfs = files.find(({ name }) => name === 'rootfs.img')
  if (rootfs) return rootfs.source
  throw new FormatError(
    'NOT_A_LIVE_ISO',
    `Unrecognized CoreOS ISO image: ${iso.name} has no file images/pxeboot/rootfs.img`,
    { hint: 'Use a live ISO of Fedora CoreOS or RHEL CoreOS, and not a minimal one' },
  )
}

/** The name under which a PXE file of an image is extracted: `fcos.iso` gives `fcos-vmlinuz`. */
export function pxeFileName(imageName: string, file: PxeFile): string {
  const dot = imageName.lastIndexOf('.')
  return `${dot > 0 ? imageName.slice(0, dot) : imageName}-${file.name}`
}
