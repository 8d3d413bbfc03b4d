import { overlay, type Patch, patchedByteLength, pendingPatches, type Source } from '../bytes/index.ts'
import { type LiveIso, readLiveIso } from '../coreos/index.ts'
import { editInPlace, saveImage, streamToStdout } from '../node/index.ts'
import { carriesSecrets } from '../operations/index.ts'
import { claimOutput } from './claim-output.ts'
import type { CommandContext } from './context.ts'
import { openIso, tellRecovery } from './open-iso.ts'

/** Which image to edit, and where the result goes. */
export interface EditTarget {
  readonly iso: string
  /** A new file, `-` for stdout, or `undefined` for in place. */
  readonly output: string | undefined
  readonly overwrite: boolean
}

/** What an edit did. */
export interface EditResult {
  readonly image: string
  /** Where the edited image is: the image itself, the new file, or `-`. */
  readonly output: string
  /** Whether the edited image differs from the one that was read. */
  readonly isChanged: boolean
  /** The ranges that changed. */
  readonly patches: readonly {
    readonly area: string | undefined
    readonly offset: number
    readonly byteLength: number
  }[]
  readonly byteLength: number
  /** SHA-256 of what was written, for a new file or stdout. */
  readonly sha256?: string
}

/**
 * Edits a live ISO: the one way of all commands that do. The plan's patches go into the image in place, guarded by a
 * journal, or into a new file or stdout; an existing output and a terminal are refused before anything is read.
 */
export async function editIso(
  { iso, output, overwrite }: EditTarget,
  context: CommandContext,
  plan: (live: LiveIso) => Promise<readonly Patch[]> | readonly Patch[],
): Promise<EditResult> {
  const { signal, onProgress, json, fastPaths } = context
  const planPatches = async (source: Source): Promise<readonly Patch[]> =>
    pendingPatches(source, await plan(await readLiveIso(source, { signal })), { signal })

  if (output === undefined) {
    let byteLength = 0
    const { written } = await editInPlace(iso, {
      plan: async (source) => {
        const patches = await planPatches(source)
        byteLength = patchedByteLength(source.byteLength, patches)
        return patches
      },
      signal,
      onNotice: tellRecovery(context),
      fastPaths,
    })
    return { image: iso, output: iso, byteLength, ...describePatches(written) }
  }
  const descriptor = await claimOutput(output, { overwrite }, context)
  await using source = await openIso(iso, context)
  const patches = await planPatches(source)
  const edited = overlay(source, patches)
  const options = { signal, onProgress, hash: json }
  if (descriptor !== undefined) {
    const saved = await streamToStdout(edited, { ...options, descriptor })
    return { image: iso, output, ...describePatches(patches), ...saved }
  }
  const isSecret = await carriesSecrets(await readLiveIso(edited, { signal }))
  const { byteLength, sha256 } = await saveImage(edited, output, {
    ...options,
    overwrite,
    fastPaths,
    ...(isSecret && { mode: 0o600 }),
  })
  return { image: iso, output, ...describePatches(patches), byteLength, ...(sha256 !== undefined && { sha256 }) }
}

/** Words what an edit did: `Embedded the config in x.iso`, or that there was nothing to do. */
export function presentEdit(done: string): (result: EditResult) => string {
  return ({ image, output, isChanged }) => {
    const result = isChanged ? done : 'Nothing to change: already so'
    if (output === image) return `${result} (${image})`
    return `${result} (${image} to ${output === '-' ? 'standard output' : output})`
  }
}

function describePatches(patches: readonly Patch[]): Pick<EditResult, 'isChanged' | 'patches'> {
  return {
    isChanged: patches.length > 0,
    patches: patches.map(({ offset, bytes, label }) => ({ area: label, offset, byteLength: bytes.byteLength })),
  }
}
