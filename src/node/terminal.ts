import { fstatSync } from 'node:fs'
import { UsageError } from '../errors.ts'

/** The file descriptors every process has. */
export const STDIN = 0
export const STDOUT = 1
export const STDERR = 2

/** Whether the descriptor is a terminal. */
export function isTerminal(descriptor: number): boolean {
  try {
    // `node:tty` is loaded only when the answer may be yes: it takes a tenth of the time that Node takes to start.
    return fstatSync(descriptor).isCharacterDevice() && process.getBuiltinModule('node:tty').isatty(descriptor)
  } catch {
    return false // not open
  }
}

/**
 * Throws when the descriptor is a terminal, which must not be given binary data.
 *
 * @throws {UsageError} `STDOUT_IS_TERMINAL`
 */
export function refuseTerminal(descriptor: number, name: string): void {
  if (!isTerminal(descriptor)) return
  throw new UsageError('STDOUT_IS_TERMINAL', `Cannot write binary data to ${name}: it is a terminal`, {
    hint: 'Redirect the output to a file or a pipe',
  })
}
