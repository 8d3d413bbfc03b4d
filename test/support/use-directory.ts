import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { temporaryDirectory } from './temporary-directory.ts'

/** A directory that each test has anew. */
export interface TestDirectory {
  /** Where a file of it is, or would be. */
  path(name: string): string
  /** Makes a file, and gives its path. */
  write(name: string, contents: string | Uint8Array): Promise<string>
}

/** Gives each test of the file that calls this at its top a directory of its own. */
export function useDirectory(): TestDirectory {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>> | undefined
  beforeEach(async () => {
    directory = await temporaryDirectory()
  })
  afterEach(() => directory?.[Symbol.asyncDispose]())
  const path = (name: string): string => join(directory?.path ?? '', name)
  return {
    path,
    async write(name, contents) {
      await writeFile(path(name), contents)
      return path(name)
    },
  }
}
