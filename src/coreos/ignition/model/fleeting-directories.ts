/** Mounted while Ignition runs, and other filesystems once the system does. */
const FLEETING_DIRECTORIES = ['/proc', '/sys', '/dev', '/run', '/tmp']

/** The directory above a path in which nothing that is written at boot is there later; `undefined` for any other path. */
export function fleetingDirectoryOf(path: string): string | undefined {
  return FLEETING_DIRECTORIES.find((directory) => path.startsWith(`${directory}/`))
}
