import { FormatError } from '../../errors.ts'

/**
 * The path of a member as the kernel would resolve it from the root: without `.` components, doubled and trailing
 * slashes, so that `./config.ign` and `config.ign` are the same file. A leading slash and `..` stay, since they change
 * what a path means; {@link checkMemberPath} refuses them. The root directory itself is `.`.
 */
export function normalizeMemberPath(name: string): string {
  if (!/(^|\/)(\.?)(\/|$)/.test(name)) return name
  const components = name.split('/').filter((component) => component !== '' && component !== '.')
  return (name.startsWith('/') ? '/' : '') + (components.join('/') || (name.startsWith('/') ? '' : '.'))
}

/**
 * The path, when it can be unpacked below a directory of the host without leaving it, whichever system that is: backslashes
 * count as slashes here, though units of systemd have them in their names and keep them.
 *
 * @throws {FormatError} `PATH_TRAVERSAL` when it is empty, absolute, starts with a drive letter or has a `..` component.
 */
export function checkMemberPath(path: string): string {
  if (isSafeMemberPath(path)) return path
  throw new FormatError(
    'PATH_TRAVERSAL',
    `Path traversal: the member ${JSON.stringify(path)} would leave its directory`,
    {
      hint: 'Unpack this archive with a program and in a place where that is safe',
    },
  )
}

/** Whether {@link checkMemberPath} accepts the path. */
export function isSafeMemberPath(path: string): boolean {
  return path !== '' && !/^[/\\]|^[A-Za-z]:|\0/.test(path) && !path.split(/[/\\]/).includes('..')
}
