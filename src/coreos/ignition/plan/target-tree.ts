import { parentOf } from './resolve-path.ts'

/** What is at a path. */
export type TargetNodeType = 'directory' | 'file' | 'link'

/** Something that is known to be at a path. */
export interface TargetNode {
  readonly type: TargetNodeType
  /** The path of the file, directory or link of the config that it is. */
  readonly entry?: string
  /** What else it is, as in `the mount point of /dev/sda1`. */
  readonly origin?: string
  /** It is a mount point, or has one below it, so that it can't be removed. */
  readonly isBusy?: boolean
}

const IMPLIED: TargetNode = { type: 'directory' }
const BUSY: TargetNode = { type: 'directory', isBusy: true }

/** What is known to be in the target's tree while the plan goes on. */
export class TargetTree {
  readonly #nodes = new Map<string, TargetNode>([['/', { type: 'directory', origin: 'the root', isBusy: true }]])

  /** @param links paths and targets of links that the system has. */
  constructor(links: ReadonlyMap<string, string>) {
    for (const [path, target] of links) this.#nodes.set(path, { type: 'link', origin: `to ${target}` })
  }

  at(path: string): TargetNode | undefined {
    return this.#nodes.get(path)
  }

  /** Notes an entry of the config; what was there is not there any more. */
  putEntry(path: string, type: TargetNodeType, entry: string): void {
    this.#nodes.set(path, { type, entry })
  }

  /** Notes a file that is there for another reason. */
  putFile(path: string, origin: string): void {
    this.#nodes.set(path, { type: 'file', origin })
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
