import { currentKargs, type LiveIso, readLiveIso } from '../../coreos/index.ts'
import { UsageError } from '../../errors.ts'
import { type FileSource, listFiles, openFile, pathInside } from '../../node/index.ts'
import {
  artifactArchitecture,
  carriesSecrets,
  choosePxeFiles,
  type PxeArtifact,
  type PxeArtifacts,
  type PxeRole,
  readIsoArtifacts,
} from '../../operations/index.ts'
import type { CommandContext } from '../context.ts'
import { openIso } from '../open-iso.ts'

/** From where a set is made. */
export interface PxeInputs {
  /** A live ISO or a directory. */
  readonly source: string | undefined
  /** What is loaded from elsewhere. */
  readonly urls: Readonly<Partial<Record<PxeRole, string>>>
  /** What the kernel is for, if it can't be told. */
  readonly architecture: string | undefined
}

const ROLES: readonly PxeRole[] = ['kernel', 'initramfs', 'rootfs']

/**
 * Opens what boots a live system over the network, for as long as the work takes.
 *
 * @throws {UsageError} `COMMAND_LINE_INVALID` when something is neither in the source nor at a URL.
 * @throws {ImageError} `PXE_FILES_MISSING`
 */
export async function withPxeArtifacts<Result>(
  inputs: PxeInputs,
  context: CommandContext,
  work: (artifacts: PxeArtifacts) => Promise<Result>,
): Promise<Result> {
  const { source, urls, architecture } = inputs
  const wanted = ROLES.filter((role) => urls[role] === undefined)
  if (source === undefined) {
    if (wanted.length === 0) return work(await complete({}, { title: 'CoreOS', inputs, context }))
    throw new UsageError('COMMAND_LINE_INVALID', `Nothing says where the ${wanted.join(', the ')} should come from`, {
      hint: 'Name a live ISO or a directory, or give URLs',
    })
  }
  const paths = await listFiles(source, { signal: context.signal })
  if (paths) {
    const opened: FileSource[] = []
    try {
      const files = choosePxeFiles(
        paths.map((name) => ({ name })),
        source,
        wanted,
      )
      const own: Partial<Record<PxeRole, PxeArtifact>> = {}
      for (const [role, { name }] of files) {
        const file = await openFile(pathInside(source, name), { fastPaths: context.fastPaths })
        opened.push(file)
        own[role] = file
      }
      return await work(await complete(own, { title: 'CoreOS', inputs, context }))
    } finally {
      for (const file of opened) await file[Symbol.asyncDispose]()
    }
  }
  await using image = await openIso(source, context)
  const live = await readLiveIso(image, { signal: context.signal })
  await warnOfCustomizations(live, context)
  const artifacts = await readIsoArtifacts(live, { signal: context.signal })
  return await work({ ...artifacts, ...urls, architecture: architecture ?? artifacts.architecture })
}

async function complete(
  own: Readonly<Partial<Record<PxeRole, PxeArtifact>>>,
  { title, inputs, context }: { readonly title: string; readonly inputs: PxeInputs; readonly context: CommandContext },
): Promise<PxeArtifacts> {
  const { kernel, initramfs, rootfs } = { ...own, ...inputs.urls }
  if (kernel === undefined || initramfs === undefined || rootfs === undefined) throw new TypeError('a role has no file')
  const architecture = inputs.architecture ?? (await artifactArchitecture(kernel, { signal: context.signal }))
  return { kernel, initramfs, rootfs, architecture, title, defaultKargs: undefined }
}

async function warnOfCustomizations(live: LiveIso, { warn, signal }: CommandContext): Promise<void> {
  const isEdited = live.kargs !== undefined && currentKargs(live.kargs, live.name) !== live.kargs.default
  if (!isEdited && !(await carriesSecrets(live, { signal }))) return
  warn(`${live.name} is customized; its customizations are not part of the set`)
}
