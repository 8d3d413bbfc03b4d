import { fleetingDirectoryOf } from '../model/fleeting-directories.ts'
import { formatMode } from '../model/format-mode.ts'
import type * as types from '../model/types.ts'
import type { Rule } from '../validate/rule.ts'
import { inlineTextOf } from './inline-contents.ts'

/** Octal modes that people write, as the decimal numbers that they turn into without their base. */
const OCTAL_LOOKING_MODES = new Set([
  400, 440, 444, 500, 550, 555, 600, 640, 644, 660, 664, 666, 700, 710, 711, 750, 755, 770, 775, 777, 1777, 2755, 4755,
])

/** The mode of files that are written without one. */
const DEFAULT_FILE_MODE = 0o644
const PRIVATE_KEY = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/

/** What is probably not meant about a directory. */
export const adviseDirectory: Rule<types.Directory> = (directory, context) => {
  if (directory.overwrite) adviseRoot(directory, context)
  adviseMode(directory, context)
  advisePlace(directory, context)
}

/** What is probably not meant about a file. */
export const adviseFile: Rule<types.File> = (file, context) => {
  adviseRoot(file, context)
  adviseMode(file, context)
  advisePlace(file, context)
  for (const [index, fragment] of (file.append ?? []).entries()) {
    if (fragment.source !== undefined) continue
    const message = 'nothing says what is appended, and Ignition crashes when it gets there'
    context.report('append-without-source', ['append', index], message, 'Set source')
  }
  const mode = Number(file.mode ?? DEFAULT_FILE_MODE)
  if ((mode & 0o077) !== 0 && file.contents && PRIVATE_KEY.test(inlineTextOf(file.contents))) {
    const message = `a private key is written to a file of mode ${formatMode(mode)}, which others may read`
    const hint = 'Set mode to 384 (0600)'
    context.report('secret-readable', [file.mode === undefined ? 'path' : 'mode'], message, hint)
  }
}

/** What is probably not meant about a link. */
export const adviseLink: Rule<types.Link> = (link, context) => {
  adviseRoot(link, context)
  advisePlace(link, context)
  if (link.hard && link.target !== undefined && link.target !== '' && !link.target.startsWith('/')) {
    const message = 'the target of a hard link is taken from /, not from where the link is'
    context.report('hard-link-target-relative', ['target'], message, 'Give the target from the root')
  }
}

/** What fails on the target between files, directories and links. */
export const adviseStorage: Rule<types.Storage> = (storage, context) => {
  const files = new Set((storage.files ?? []).map(({ path }) => path))
  for (const list of ['directories', 'files', 'links'] as const) {
    for (const [index, { path }] of (storage[list] ?? []).entries()) {
      const file = ancestorsOf(path).find((ancestor) => files.has(ancestor))
      if (file === undefined) continue
      const message = `this is below ${JSON.stringify(file)}, which is a file, so that creating it fails`
      context.report('path-below-file', [list, index, 'path'], message, 'Move one of them')
    }
  }
  adviseMountPoints(storage, context)
}

function adviseMountPoints(storage: types.Storage, { report }: Parameters<Rule<types.Storage>>[1]): void {
  const mountPoints = new Set<string>()
  for (const [index, { path, format }] of (storage.filesystems ?? []).entries()) {
    if (path === undefined || path === '') continue
    if (format === 'swap' || format === 'none') {
      const message = `a filesystem of format ${format} is not mounted, whatever its path`
      report('mount-point-unused', ['filesystems', index, 'path'], message, 'Remove path')
      continue
    }
    if (mountPoints.has(path)) {
      const message = `another filesystem is mounted at ${JSON.stringify(path)} as well, and one hides the other`
      report('mount-point-repeated', ['filesystems', index, 'path'], message, 'Give each its own mount point')
    }
    mountPoints.add(path)
  }
}

/** Ignition warns itself, in most versions, of those that have special bits in them. */
function adviseMode(node: types.Directory | types.File, context: Parameters<Rule<types.File>>[1]): void {
  const mode = Number(node.mode)
  if (!OCTAL_LOOKING_MODES.has(mode)) return
  if ((mode & 0o7000) !== 0 && !context.isAtLeast('3.6.0')) return
  const meant = Number.parseInt(String(mode), 8)
  const message = `mode ${mode} is ${formatMode(mode)} in octal`
  context.report('mode-looks-octal', ['mode'], message, `Write ${meant} if you mean ${formatMode(meant)}`)
}

function adviseRoot({ path }: types.Node, { report }: Parameters<Rule<types.Node>>[1]): void {
  if (path !== '/') return
  report(
    'path-is-root',
    ['path'],
    'the root directory is in use, so that nothing can take its place',
    'Correct the path',
  )
}

function advisePlace({ path }: types.Node, { report }: Parameters<Rule<types.Node>>[1]): void {
  const directory = fleetingDirectoryOf(path)
  if (directory === undefined) return
  report('path-not-lasting', ['path'], `what is written below ${directory} is gone when the system has started`)
}

/** The paths of the directories above, the nearest first. */
function ancestorsOf(path: string): readonly string[] {
  const ancestors: string[] = []
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
    ancestors.push(path.slice(0, end))
  return ancestors
}
