/**
 * The path of a name in a directory, with the directory as it was given: `./vmlinuz` for `.`, since scripts compare what
 * is printed with what they asked for.
 */
export function pathInside(directory: string, name: string): string {
  return directory.endsWith('/') ? directory + name : `${directory}/${name}`
}
