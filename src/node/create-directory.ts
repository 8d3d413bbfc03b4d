import { mkdir } from 'node:fs/promises'
import { withIoError } from './system-error.ts'

/**
 * Makes a directory and its parents; one that exists is fine.
 *
 * @throws {IoError} `PERMISSION_DENIED`, `READ_ONLY`, `OUTPUT_EXISTS` when a file has the name.
 */
export async function createDirectory(path: string): Promise<void> {
  await withIoError(`create directory ${path}`, () => mkdir(path, { recursive: true }))
}
