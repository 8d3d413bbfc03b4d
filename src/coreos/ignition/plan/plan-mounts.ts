import type * as types from '../model/types.ts'
import { outcome } from './outcome.ts'
import { checkPathLength, comparePaths, depthOf } from './resolve-path.ts'
import { type Failure, type StepBase, stepBase } from './step.ts'
import type { TargetTree } from './target-tree.ts'

/** A filesystem that is mounted while Ignition runs. Later boots need a mount unit, or an entry in fstab. */
export interface MountStep extends StepBase {
  readonly kind: 'mount'
  readonly path: string
  /** The device, or the tag of a virtiofs. */
  readonly device: string
  readonly format: string
  readonly options: readonly string[]
}

/** The mount points are left again before the system starts, the deepest first. */
export interface UnmountStep extends StepBase {
  readonly kind: 'unmount'
  readonly paths: readonly string[]
}

const NEVER_MOUNTED: readonly string[] = ['', 'none', 'swap']

/** The mount points by depth; the order within a depth, which nothing promises, is that of their paths. */
export function planMounts(filesystems: readonly types.Filesystem[], tree: TargetTree): readonly MountStep[] {
  return filesystems
    .flatMap(({ path = '', format = '', ...rest }) =>
      path === '' || NEVER_MOUNTED.includes(format) ? [] : [{ ...rest, path, format }],
    )
    .sort((a, b) => depthOf(a.path) - depthOf(b.path) || comparePaths(a.path, b.path))
    .map(({ path, device, format, mountOptions = [] }) => {
      return {
        kind: 'mount',
        path,
        device,
        format,
        options: mountOptions,
        ...stepBase('mount', {
          outcomes: [outcome('directory-missing', 'create'), outcome('path-indirect', 'fail')],
          failures: placeMountPoint(path, device, tree),
        }),
      }
    })
}

function placeMountPoint(path: string, device: string, tree: TargetTree): readonly Failure[] {
  const problem = checkPathLength(path)
  if (problem !== undefined) return [{ kind: 'path-too-long', message: problem }]
  const obstacle = tree.putMountPoint(path, `the mount point of ${device}`)
  if (obstacle === undefined) return []
  const message = `${obstacle} is a link, and mount points have to be real directories`
  return [{ kind: 'mount-point-linked', message }]
}

/** What undoes the mounts. */
export function planUnmount(mounts: readonly MountStep[]): readonly UnmountStep[] {
  if (mounts.length === 0) return []
  return [{ kind: 'unmount', paths: mounts.map(({ path }) => path).reverse(), ...stepBase('umount') }]
}
