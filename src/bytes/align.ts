/** Rounds `offset` up to the next multiple of `alignment` (both in bytes, safe integers, `alignment` > 0). */
export function alignUp(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment
}
