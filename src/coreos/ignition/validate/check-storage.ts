import type * as types from '../model/types.ts'
import { cleanPath, joinPath } from './check-path.ts'
import { LinkTree } from './link-tree.ts'
import { quote } from './quote.ts'
import type { Rule, RuleContext } from './rule.ts'

/** Ignition reports a conflict with each entry; a text of some megabytes can have thousands against thousands. */
const MAX_CONFLICT_COUNT = 100

/** What concerns several entries of storage: paths through links, hard links, and filesystems that lie over partitions. */
export const checkStorage: Rule<types.Storage> = (storage, context) => {
  const { directories = [], files = [], links = [] } = storage
  if (links.length > 0) {
    const tree = new LinkTree(
      links.map(({ path }) => path),
      MAX_CONFLICT_COUNT,
    )
    const directoryCounts = countPaths(directories)
    for (const [index, { path }] of directories.entries()) checkWay(path, 'directories', index)
    for (const [index, { path }] of files.entries()) checkWay(path, 'files', index)
    for (const [index, link] of links.entries()) {
      checkWay(link.path, 'links', index)
      checkTarget(link, index, directoryCounts, context)
    }

    function checkWay(path: string, list: string, index: number): void {
      for (const above of tree.linksAbove(path)) {
        const message = `the path leads through ${quote(links[above]?.path ?? '')}, which is a link`
        context.report('path-through-link', [list, index], message, 'Name the place that the link leads to')
      }
    }
  }
  checkFilesystemsOnDisks(storage, context)
}

function checkTarget(
  link: types.Link,
  index: number,
  directoryCounts: ReadonlyMap<string, number>,
  { report, isAtLeast }: RuleContext,
): void {
  const { target = '', hard, path, user = {}, group = {} } = link
  if (target === '' && isAtLeast('3.3.0')) {
    report('link-target-required', ['links', index, 'target'], 'the link has no target', 'Set target')
    return
  }
  if (!hard) return
  // a relative target is taken from the link itself rather than from its directory
  const absolute = target.startsWith('/') ? cleanPath(target) : joinPath(path, target)
  for (let count = Math.min(directoryCounts.get(absolute) ?? 0, MAX_CONFLICT_COUNT); count > 0; count--) {
    const message = `the hard link leads to ${quote(absolute)}, which is a directory`
    report('hard-link-to-directory', ['links', index], message, 'Make it a symbolic link')
  }
  for (const [role, owner] of [['user', user] as const, ['group', group] as const]) {
    for (const name of ['id', 'name'] as const) {
      if (owner[name] === undefined) continue
      const message = `a hard link has the owner of its target, so ${role}.${name} has no effect`
      report('hard-link-owner-ignored', ['links', index, role, name], message, `Remove ${role}`)
    }
  }
}

function countPaths(nodes: readonly types.Node[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { path } of nodes) counts.set(path, (counts.get(path) ?? 0) + 1)
  return counts
}

function checkFilesystemsOnDisks({ disks = [], filesystems = [] }: types.Storage, { report }: RuleContext): void {
  const diskByDevice = new Map(disks.map((disk) => [disk.device, disk]))
  for (const [index, { device, wipeFilesystem }] of filesystems.entries()) {
    const disk = diskByDevice.get(device)
    const place = ['filesystems', index, 'device']
    if (disk?.partitions?.length) {
      const message = `the filesystem overwrites the partitions of ${quote(device)}`
      report('filesystem-over-partitions', place, message, 'Name the device of a partition')
    } else if (disk?.wipeTable && !wipeFilesystem) {
      const message = `the filesystem does not survive that the table of ${quote(device)} is wiped`
      report('filesystem-implicit-wipe', place, message, 'Set wipeFilesystem, or remove wipeTable')
    }
  }
}
