import { dirname } from 'node:path'
import { type ErrorCode, IoError } from '../errors.ts'
import { createDirectory } from './create-directory.ts'
import type { ImagePlace } from './image-place.ts'
import { systemErrorCode } from './system-error.ts'

/** Failures of one directory that another may not have. */
const ELSEWHERE: ReadonlySet<ErrorCode> = new Set(['PERMISSION_DENIED', 'READ_ONLY', 'DISK_FULL'])

/** Makes something at the first of an image's stems where that works, and throws what the first one said otherwise. */
export async function atFirstUsableStem<T>(place: ImagePlace, make: (stem: string) => Promise<T>): Promise<T> {
  let failure: unknown
  for (const stem of place.stems) {
    try {
      if (stem === place.userStem) await makeUserDirectory(stem)
      return await make(stem)
    } catch (error) {
      if (!canTryElsewhere(error)) throw error
      failure ??= error
    }
  }
  throw failure
}

async function makeUserDirectory(stem: string): Promise<void> {
  await createDirectory(dirname(stem), { mode: 0o700 })
}

function canTryElsewhere(error: unknown): boolean {
  if (!(error instanceof IoError)) return false
  return ELSEWHERE.has(error.code) || systemErrorCode(error.cause) === 'ENAMETOOLONG'
}
