/** How names of images end that are compressed as a whole. An archive stays what it is. */
const COMPRESSED = /(?<!\.tar)\.(?:gz|xz|zst)$/

/** The name that a file has once it is decompressed; `undefined` for one that is stored as it is. */
export function decompressedName(name: string): string | undefined {
  const stem = name.replace(COMPRESSED, '')
  return stem === name || stem === '' ? undefined : stem
}
