import { type ErrorCode, IoError } from '../errors.ts'
import { systemErrorCode } from './system-error.ts'

const ELSEWHERE: ReadonlySet<ErrorCode> = new Set(['PERMISSION_DENIED', 'READ_ONLY', 'DISK_FULL'])

/** Whether a file that could not be made in one directory may do better in another. */
export function canTryElsewhere(error: unknown): boolean {
  if (!(error instanceof IoError)) return false
  return ELSEWHERE.has(error.code) || systemErrorCode(error.cause) === 'ENAMETOOLONG'
}
