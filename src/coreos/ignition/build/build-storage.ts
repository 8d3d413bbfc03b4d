import type { IgnitionPath } from '../model/path.ts'
import type * as types from '../model/types.ts'
import { type BuildContext, withPaths } from './build-context.ts'
import { parseFileMode } from './file-mode.ts'
import type { FileMode, FilePart, IgnitionParts, NodePart } from './ignition-parts.ts'

/** The files, directories and links of the parts, behind those of the config that they are added to. */
export async function buildStorage(parts: IgnitionParts, context: BuildContext): Promise<types.Storage> {
  const base = parts.base?.storage ?? {}
  const files: types.File[] = []
  for (const [file, path] of withPaths(parts.files, ['storage', 'files'], base.files)) {
    files.push(await buildFile(file, path, context))
  }
  const directories = withPaths(parts.directories, ['storage', 'directories'], base.directories)
  const links = withPaths(parts.links, ['storage', 'links'], base.links)
  return {
    ...base,
    directories: [
      ...(base.directories ?? []),
      ...directories.map(([part, path]) => ({ ...buildNode(part), mode: buildMode(part.mode, path, context) })),
    ],
    files: [...(base.files ?? []), ...files],
    links: [
      ...(base.links ?? []),
      ...links.map(([part]) => ({ ...buildNode(part), hard: part.hard, target: part.target })),
    ],
  }
}

async function buildFile(part: FilePart, path: IgnitionPath, context: BuildContext): Promise<types.File> {
  const append: types.Resource[] = []
  for (const [index, fragment] of (part.append ?? []).entries()) {
    const resource = await context.contents(fragment)
    if (resource.source === undefined) {
      context.report([...path, 'append', index], 'there is nothing to append, which Ignition crashes on', 'Set source')
    }
    append.push(resource)
  }
  return {
    ...buildNode(part),
    append: part.append && append,
    contents: part.contents === undefined ? undefined : await context.contents(part.contents),
    mode: buildMode(part.mode, path, context),
  }
}

function buildNode({ path, overwrite, user, group }: NodePart): types.Node {
  return { path, overwrite, user: buildOwner(user), group: buildOwner(group) }
}

function buildOwner(owner: types.Integer | string | undefined): types.Owner | undefined {
  if (owner === undefined) return undefined
  return typeof owner === 'string' ? { name: owner } : { id: owner }
}

function buildMode(mode: FileMode | undefined, path: IgnitionPath, context: BuildContext): number | undefined {
  return mode === undefined ? undefined : context.attempt([...path, 'mode'], () => parseFileMode(mode))
}
