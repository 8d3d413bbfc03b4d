import type { Source } from '../../bytes/index.ts'
import { identifyImage, type LiveIso, readKernelArchitecture } from '../../coreos/index.ts'
import { ImageError } from '../../errors.ts'
import { listPxeFiles } from '../pxe-files.ts'

/** What each file of a network boot is for. */
export type PxeRole = 'kernel' | 'initramfs' | 'rootfs'

/** A file to copy into a set, or the URL from where machines shall load it. */
export type PxeArtifact = Source | string

/** What boots a live system over the network, wherever it comes from. */
export interface PxeArtifacts {
  readonly kernel: PxeArtifact
  readonly initramfs: PxeArtifact
  readonly rootfs: PxeArtifact
  /** `x86_64`, `aarch64`, `ppc64le` or `s390x`; `undefined` when nobody knows. */
  readonly architecture: string | undefined
  /** What people see while it boots. */
  readonly title: string
  /** The kernel arguments that the image was made with; `undefined` when nobody knows them. */
  readonly defaultKargs: string | undefined
}

/** All roles, in the order in which files are listed. */
export const PXE_ROLES: readonly PxeRole[] = ['kernel', 'initramfs', 'rootfs']

/** The names of published artifacts, of those that are extracted from an image, and of those inside one. */
const NAMES: Readonly<Record<PxeRole, RegExp>> = {
  kernel: /^(?:.*-)?vmlinuz$|-live-kernel[.-][a-z0-9_]+$/,
  initramfs: /^(?:.*-)?initrd\.img$|-live-initramfs\.[a-z0-9_]+\.img$/,
  rootfs: /^(?:.*-)?rootfs\.img$|-live-rootfs\.[a-z0-9_]+\.img$/,
}

/** What a file is for, by its name; `undefined` for other files. */
export function pxeRoleOf(name: string): PxeRole | undefined {
  return PXE_ROLES.find((role) => NAMES[role].test(name))
}

/**
 * Finds the files of a network boot by their names.
 *
 * @param where what the files are in, for the message.
 * @throws {ImageError} `PXE_FILES_MISSING` unless there is one for each of the wanted roles.
 */
export function choosePxeFiles<File extends { readonly name: string }>(
  files: readonly File[],
  where: string,
  wanted: readonly PxeRole[] = PXE_ROLES,
): ReadonlyMap<PxeRole, File> {
  const chosen = new Map<PxeRole, File>()
  const problems: string[] = []
  for (const role of wanted) {
    const [file, ...others] = files.filter(({ name }) => pxeRoleOf(name) === role)
    if (file && others.length === 0) chosen.set(role, file)
    else if (file) problems.push(`more than one ${role}: ${[file, ...others].map(({ name }) => name).join(', ')}`)
    else problems.push(`no ${role}`)
  }
  if (problems.length === 0) return chosen
  throw new ImageError('PXE_FILES_MISSING', `Cannot boot ${where} over the network: it has ${problems.join('; ')}`, {
    hint: 'Give a live ISO, or a directory with one vmlinuz, initrd.img and rootfs.img (or what was published)',
  })
}

/**
 * What a live ISO has for a network boot. Customizations of the image are not part of it.
 *
 * @throws {FormatError} `NOT_A_LIVE_ISO`
 * @throws {ImageError} `PXE_FILES_MISSING`, as for a minimal image.
 */
export async function readIsoArtifacts(
  live: LiveIso,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<PxeArtifacts> {
  const files = choosePxeFiles(await listPxeFiles(live.iso, options), live.name)
  const { architecture, volumeId } = await identifyImage(live, options)
  return {
    kernel: sourceOf(files, 'kernel'),
    initramfs: sourceOf(files, 'initramfs'),
    rootfs: sourceOf(files, 'rootfs'),
    architecture,
    title: volumeId,
    defaultKargs: live.kargs?.default,
  }
}

function sourceOf(files: ReadonlyMap<PxeRole, { readonly source: Source }>, role: PxeRole): Source {
  const file = files.get(role)
  if (file) return file.source
  throw new TypeError(`no ${role} was chosen`)
}

/** The architecture of an artifact: of a file by its header, of a URL by a word in it. */
export async function artifactArchitecture(
  kernel: PxeArtifact,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<string | undefined> {
  if (typeof kernel !== 'string') return readKernelArchitecture(kernel, options)
  return kernel.match(/x86_64|aarch64|ppc64le|s390x/g)?.at(-1)
}
