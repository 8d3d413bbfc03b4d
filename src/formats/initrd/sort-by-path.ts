import { encodeUtf8 } from '../../bytes/index.ts'

/** A sorted copy, in the order of the paths' UTF-8 bytes. JavaScript's own order differs beyond U+FFFF. */
export function sortByPath<T extends { readonly path: string }>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, key: encodeUtf8(item.path) }))
    .sort((a, b) => compareBytes(a.key, b.key))
    .map(({ item }) => item)
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.byteLength, b.byteLength)
  for (let index = 0; index < length; index++) {
    const difference = (a[index] as number) - (b[index] as number)
    if (difference !== 0) return difference
  }
  return a.byteLength - b.byteLength
}
