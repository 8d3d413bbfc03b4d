import { equalBytes } from '../bytes/index.ts'
import type { InitrdFile } from '../formats/initrd/index.ts'

/** Whether two lists hold the same files, in whichever order. */
export function equalFiles(a: readonly InitrdFile[], b: readonly InitrdFile[]): boolean {
  const bytesByPath = new Map(b.map((file) => [file.path, file.bytes]))
  return (
    a.length === b.length &&
    a.every((file) => {
      const bytes = bytesByPath.get(file.path)
      return bytes !== undefined && equalBytes(file.bytes, bytes)
    })
  )
}
