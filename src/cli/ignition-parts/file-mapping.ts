import { parseFileMode } from '../../coreos/index.ts'
import { UsageError } from '../../errors.ts'

/** A file here that goes to a path on the target. */
export interface FileMapping {
  readonly local: string
  readonly remote: string
  /** Permission bits; the target's default when absent. */
  readonly mode: number | undefined
}

/** A drop-in here and the unit that it is for. */
export interface DropinMapping {
  readonly local: string
  readonly unit: string
}

/**
 * Parses `LOCAL:REMOTE[:MODE]`. It is read from the right, since `LOCAL` may have colons of its own: `C:\hosts:/etc/hosts`.
 *
 * @throws {UsageError} `COMMAND_LINE_INVALID`, or `IGNITION_INVALID` for a mode that isn't octal.
 */
export function parseFileMapping(text: string): FileMapping {
  const [, local, remote, mode] = /^(.+):(\/[^:]*)(?::([^:/\\]*))?$/s.exec(text) ?? []
  if (local === undefined || remote === undefined) {
    throw new UsageError('COMMAND_LINE_INVALID', 'expected LOCAL:REMOTE or LOCAL:REMOTE:MODE', {
      hint: 'Give a file, an absolute path on the target, and a mode like 0644 if you want one',
    })
  }
  return { local, remote, mode: mode === undefined ? undefined : parseFileMode(mode) }
}

/**
 * Parses `FILE:UNIT`, from the right as well.
 *
 * @throws {UsageError} `COMMAND_LINE_INVALID`
 */
export function parseDropinMapping(text: string): DropinMapping {
  const [, local, unit] = /^(.+):([^:/\\]+)$/s.exec(text) ?? []
  if (local === undefined || unit === undefined) {
    throw new UsageError('COMMAND_LINE_INVALID', 'expected FILE:UNIT', {
      hint: 'Give the file of the drop-in and the name of its unit, as in 10-user.conf:sshd.service',
    })
  }
  return { local, unit }
}
