import { parentOf } from './resolve-path.ts'

/** What is at a path. */
export type TargetNodeType = 'directory' | 'file' | 'link'

/** Something that is known to be at a path. */
export interface TargetNode {
  readonly type: TargetNodeType
  /** Where it comes from, as in `the mount point of /dev/sda1`; `undefined` when other things needed it. */
  readonly origin: string | undefined
  /** It is a mount point, or has one below it, so that it can't be removed. */
  readonly isBusy: boolean
}

const IMPLIED: TargetNode = { type: 'directory', origin: undefined, isBusy: false }
const BUSY: TargetNode = { type: 'directory', origin: undefined, isBusy: true }

/** What is known to be in the target's tree while the plan goes on. */
export class TargetTree {
  readonly #nodes = new Map<string, TargetNode>([['/', { type: 'directory', origin: 'the root', isBusy: true }]])

  /** @param links paths of links that the system has. */
  constructor(links: ReadonlyMap<string, string>) {
    for (const [path, target] of links) this.#nodes.set(path, { type: 'link', origin: `to ${target}`, isBusy: false })
  }

  at(path: string): TargetNode | undefined {
    return this.#nodes.get(path)
  }

  /** Notes what is at a path from now on. */
  put(path: string, type: TargetNodeType, origin: string): void {
    this.#nodes.set(path, { type, origin, isBusy: false })
  }

  /**
   * Notes a mount point, and the directories above it, which are made where they are missing.
   *
   * @returns what is in the way, when that is no directory.
   */
  putMountPoint(path: string, origin: string): string | undefined {
    for (let at = path; at !== '/'; at = parentOf(at)) {
      const isObstacle = (this.#nodes.get(at)?.type ?? 'directory') !== 'directory'
      if (isObstacle) return at
      if (at === path) this.#nodes.set(at, { type: 'directory', origin, isBusy: true })
      else if (!this.#nodes.get(at)?.isBusy) this.#nodes.set(at, BUSY)
    }
    return undefined
  }

  /**
   * Notes that the directories above a path are there, as they are made where they are missing.
   *
   * @returns those that were not known of, from the top; or what is in the way, when that is no directory.
   */
  makeParents(path: string): { readonly made: readonly string[]; readonly obstacle?: string } {
    const made: string[] = []
    let above = parentOf(path)
    for (; !this.#nodes.has(above); above = parentOf(above)) made.push(above)
    const isObstacle = this.#nodes.get(above)?.type !== 'directory'
    if (isObstacle) return { made: [], obstacle: above }
    for (const directory of made) this.#nodes.set(directory, IMPLIED)
    return { made: made.reverse() }
  }
}
