/** The links that some path leads through, found in time that doesn't depend on how many there are. */
export class LinkTree {
  readonly #root: Branch = { below: new Map(), links: [] }
  readonly #maxCount: number

  /**
   * @param paths those of the links.
   * @param maxCount of links that are found for one path.
   */
  constructor(paths: readonly string[], maxCount: number) {
    this.#maxCount = maxCount
    for (const [link, path] of paths.entries()) {
      let branch = this.#root
      for (const name of path.split('/')) {
        let next = branch.below.get(name)
        if (!next) {
          next = { below: new Map(), links: [] }
          branch.below.set(name, next)
        }
        branch = next
      }
      if (branch.links.length < maxCount) branch.links.push(link)
    }
  }

  /** The indexes of the links whose path and a slash are what the path starts with, in ascending order. */
  linksAbove(path: string): readonly number[] {
    const links: number[] = []
    let branch: Branch | undefined = this.#root
    let start = 0
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', start)) {
      branch = branch.below.get(path.slice(start, slash))
      if (!branch || links.length >= this.#maxCount) break
      links.push(...branch.links)
      start = slash + 1
    }
    return links.slice(0, this.#maxCount).sort((a, b) => a - b)
  }
}

interface Branch {
  readonly below: Map<string, Branch>
  readonly links: number[]
}
