import { link } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Source } from '../bytes/index.ts'
import { FormatError } from '../errors.ts'
import { checkMemberPath, listInitrd, type WalkInitrdOptions, walkInitrd } from '../formats/initrd/index.ts'
import { createDirectory } from './create-directory.ts'
import { createFile } from './create-file.ts'
import { openFile } from './file-source.ts'
import { checkOutput } from './output.ts'
import { pathInside } from './path-inside.ts'
import { ioError, systemErrorCode } from './system-error.ts'

/** Options of {@link extractInitrd}. */
export interface ExtractInitrdOptions extends WalkInitrdOptions {
  /** Which paths to extract; all unless given. */
  readonly filter?: (path: string) => boolean
}

/**
 * Extracts the regular files of an initrd to a directory, streaming: memory does not grow with the files. Of several
 * members of one path the last is extracted, as the kernel would have it. Names of one file become hard links.
 *
 * The initrd is read twice: every path is checked before the first file is made.
 *
 * @returns the paths of the files that were made, sorted by the members' paths.
 * @throws {FormatError} `PATH_TRAVERSAL` for a member that would leave the directory, `CPIO_CORRUPT` for a file below
 *   another file, and as `walkInitrd`.
 * @throws {IoError} `OUTPUT_EXISTS` and the like.
 */
export async function extractInitrd(
  initrd: Source,
  directory: string,
  options: ExtractInitrdOptions,
): Promise<readonly string[]> {
  const { signal } = options
  const outputs = await planOutputs(initrd, options)
  const pathOf = (member: string): string => pathInside(directory, member)
  const members = [...outputs.values()].flat().sort()
  checkMembers(members, initrd.name)
  for (const member of members) {
    signal?.throwIfAborted()
    await checkOutput(pathOf(member), { makesDirectory: true })
  }

  const directories = new Set<string>()
  const makeParent = async (path: string): Promise<void> => {
    const parent = dirname(path)
    if (directories.has(parent)) return
    await createDirectory(parent)
    directories.add(parent)
  }
  let index = 0
  for await (const entry of walkInitrd(initrd, options)) {
    const [first, ...links] = outputs.get(index++) ?? []
    if (first === undefined) continue
    await makeParent(pathOf(first))
    await createFile(pathOf(first), entry.contents(), { signal, sweep: false })
    for (const path of links.map(pathOf)) {
      signal?.throwIfAborted()
      await makeParent(path)
      await linkOrCopy(pathOf(first), path, signal)
    }
  }
  return members.map(pathOf)
}

/** Some file systems know no hard links, and others have a limit. */
async function linkOrCopy(from: string, to: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'].includes(systemErrorCode(error) ?? '')) {
      throw ioError(error, `create ${to}`)
    }
    await using contents = await openFile(from)
    await createFile(to, contents, { signal, sweep: false })
  }
}

/** For the number of each member whose contents are wanted, the paths that get them: several for hard links. */
async function planOutputs(
  initrd: Source,
  options: ExtractInitrdOptions,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const { filter = () => true } = options
  const members = await listInitrd(initrd, options)
  const lastByPath = new Map(members.map(({ path }, index) => [path, index]))
  // In newc, the contents of a file with several names stand with one of them, mostly the last.
  const contentsById = new Map<string, number>()
  for (const [index, { linkCount, byteLength, fileId }] of members.entries()) {
    if (linkCount > 1 && byteLength > 0) contentsById.set(fileId, index)
  }
  const outputs = new Map<number, string[]>()
  for (const [path, index] of lastByPath) {
    const member = members[index]
    if (member?.type !== 'file' || !filter(path)) continue
    const isLink = member.linkCount > 1 && member.byteLength === 0
    const source = (isLink ? contentsById.get(member.fileId) : undefined) ?? index
    const paths = outputs.get(source)
    if (paths) paths.push(path)
    else outputs.set(source, [path])
  }
  return outputs
}

/** Throws unless the files can stand beside each other in a directory. */
function checkMembers(members: readonly string[], name: string): void {
  const files = new Set(members)
  for (const member of members) {
    checkMemberPath(member)
    for (let end = member.indexOf('/'); end >= 0; end = member.indexOf('/', end + 1)) {
      const parent = member.slice(0, end)
      if (!files.has(parent)) continue
      throw new FormatError('CPIO_CORRUPT', `In ${name}, ${member} stands below ${parent}, which is a file`)
    }
  }
}
