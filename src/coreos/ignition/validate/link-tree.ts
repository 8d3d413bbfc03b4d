/** The links that some path leads through, found in time that doesn't depend on how many there are. */
export class LinkTree {
  readonly #root: Branch = { below: new Map(), links: [] }

  /** @param paths those of the links. */
  constructor(paths: Iterable<string>) {
    let link = 0
    for (const path of paths) {
      let branch = this.#root
      for (const name of path.split('/')) {
        let next = branch.below.get(name)
        if (!next) {
          next = { below: new Map(), links: [] }
          branch.below.set(name, next)
        }
        branch = next
      }
      branch.links.push(link++)
    }
  }

  /** The indexes of the links whose path and a slash are what the path starts with, in ascending order. */
  linksAbove(path: string): readonly number[] {
    const links: number[] = []
    let branch: Branch | undefined = this.#root
    let start = 0
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', start)) {
      branch = branch.below.get(path.slice(start, slash))
      if (!branch) break
      for (const link of branch.links) links.push(link)
      start = slash + 1
    }
    return links.sort((a, b) => a - b)
  }
}

interface Branch {
  readonly below: Map<string, Branch>
  readonly links: number[]
}
