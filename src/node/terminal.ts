import { fstatSync, type Stats, statSync } from 'node:fs'
import { UsageError } from '../errors.ts'

/** The file descriptors every process has. */
export const STDIN = 0
export const STDOUT = 1
export const STDERR = 2

/**
 * Whether the descriptor is a terminal.
 *
 * `node:tty` is asked only where the answer may be yes: to load it takes a tenth of the time that Node takes to start.
 */
export function isTerminal(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor)
    if (!stats.isCharacterDevice() || isNullDevice(stats)) return false
    return process.getBuiltinModule('node:tty').isatty(descriptor)
  } catch {
    return false // not open
  }
}

/** Whether it is `/dev/null`, where output often goes. Windows tells devices by other means. */
function isNullDevice({ rdev }: Stats): boolean {
  return process.platform !== 'win32' && rdev === statSync('/dev/null').rdev
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
