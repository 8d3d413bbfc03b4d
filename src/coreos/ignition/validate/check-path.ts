import type { IgnitionPath } from '../model/path.ts'
import { quote } from './quote.ts'
import type { RuleContext } from './rule.ts'

/** An empty name, a dot or two dots. */
const SUPERFLUOUS_NAME = /\/\.{0,2}(?:\/|$)/

/** Reports what is wrong with a path, which has to be absolute and in its simplest form. */
export function checkPath(path: string, below: IgnitionPath, { report }: RuleContext): void {
  if (path === '') {
    report('path-required', below, 'a path is missing here', 'Give an absolute path')
  } else if (!path.startsWith('/')) {
    report('path-relative', below, `${quote(path)} is not an absolute path`, 'Start it with a slash')
  } else if (path !== '/' && SUPERFLUOUS_NAME.test(path)) {
    const hint = `Write ${quote(cleanPath(path))}`
    report('path-not-clean', below, `the path ${quote(path)} is not in its simplest form`, hint)
  }
}

/** The simplest path that says the same, found without a look at any filesystem; `.` for an empty one. */
export function cleanPath(path: string): string {
  const isAbsolute = path.startsWith('/')
  const names: string[] = []
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue
    if (name !== '..') names.push(name)
    else if (names.length > 0 && names.at(-1) !== '..') names.pop()
    else if (!isAbsolute) names.push(name)
  }
  const cleaned = names.join('/')
  return isAbsolute ? `/${cleaned}` : cleaned || '.'
}

/** The paths behind each other, in the simplest form; empty when all of them are. */
export function joinPath(...paths: readonly string[]): string {
  const given = paths.filter((path) => path !== '')
  return given.length === 0 ? '' : cleanPath(given.join('/'))
}
