import { unlink } from 'node:fs/promises'
import { systemErrorCode } from './system-error.ts'

/** Removes a file; one that isn't there is fine. Does in one call what `rm` of Node, which also knows trees, does in four. */
export async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error
  }
}
