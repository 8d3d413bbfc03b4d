import { type ErrorCode, IoError } from '../errors.ts'

interface Meaning {
  readonly code: ErrorCode
  readonly reason: string
  readonly hint?: string
}

const PATH_HINT = 'Check that the path is right, and that its directory exists'
const PERMISSION_HINT = 'Change the permissions, or become a user who has them'

/** What the errno of a failed system call means to a person. Reasons are worded as the C library words them. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  ENOENT: { code: 'FILE_NOT_FOUND', reason: 'No such file or directory', hint: PATH_HINT },
  ENOTDIR: { code: 'FILE_NOT_FOUND', reason: 'Not a directory', hint: PATH_HINT },
  EACCES: { code: 'PERMISSION_DENIED', reason: 'Permission denied', hint: PERMISSION_HINT },
  EPERM: { code: 'PERMISSION_DENIED', reason: 'Operation not permitted', hint: PERMISSION_HINT },
  EROFS: { code: 'READ_ONLY', reason: 'Read-only file system', hint: 'Choose another place, or mount it writable' },
  EISDIR: { code: 'IS_A_DIRECTORY', reason: 'Is a directory', hint: 'Name a file' },
  EEXIST: {
    code: 'OUTPUT_EXISTS',
    reason: 'File exists',
    hint: 'Choose another name, or ask for the file to be replaced',
  },
  ENOSPC: { code: 'DISK_FULL', reason: 'No space left on device', hint: 'Free some space, or write to another disk' },
  EDQUOT: { code: 'DISK_FULL', reason: 'Disk quota exceeded', hint: 'Free some space, or write to another disk' },
  EFBIG: {
    code: 'FILE_TOO_LARGE',
    reason: 'File too large',
    hint: 'Write to a file system that holds files of this size',
  },
  EBUSY: {
    code: 'DEVICE_BUSY',
    reason: 'Device or resource busy',
    hint: 'Unmount it, and stop the programs that use it',
  },
  ETXTBSY: { code: 'DEVICE_BUSY', reason: 'File busy', hint: 'Stop the programs that use it' },
  EPIPE: { code: 'OUTPUT_CLOSED', reason: 'Broken pipe' },
  ECONNRESET: { code: 'OUTPUT_CLOSED', reason: 'Connection reset by peer' },
  ESPIPE: { code: 'NOT_A_FILE', reason: 'Illegal seek' },
  ENXIO: { code: 'IO_FAILED', reason: 'No such device or address', hint: 'Check that the device is there' },
  ELOOP: { code: 'IO_FAILED', reason: 'Too many levels of symbolic links' },
  ENAMETOOLONG: { code: 'IO_FAILED', reason: 'File name too long', hint: 'Choose a shorter name' },
  EIO: { code: 'IO_FAILED', reason: 'Input/output error', hint: 'Check the disk' },
}

/** The errno name of a failed system call, such as `ENOENT`; `undefined` for every other error. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/**
 * Turns a failed system call into an {@link IoError}: `Cannot create out.iso: File exists`. Other errors, such as aborts,
 * are given back as they are.
 *
 * @param action what was tried, with the path: `create out.iso`.
 */
export function ioError(cause: unknown, action: string): unknown {
  const errno = systemErrorCode(cause)
  if (errno === undefined) return cause
  const { code, reason, hint } = MEANINGS[errno] ?? { code: 'IO_FAILED', reason: errno }
  return new IoError(code, `Cannot ${action}: ${reason}`, hint === undefined ? { cause } : { cause, hint })
}

/** Runs the work, and turns the failure of a system call in it into an {@link IoError} about the action. */
export async function withIoError<T>(action: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw ioError(error, action)
  }
}
