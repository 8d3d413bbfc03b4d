import { FormatError } from '../../errors.ts'

const MIB = 1024 * 1024

/** The error for data that takes more memory than the budget has, in bytes. It says how much would do. */
export function tooLittleMemory(what: string, neededByteLength: number, budget: number): FormatError {
  const needed = `${Math.ceil(neededByteLength / MIB)} MiB`
  return new FormatError(
    'LIMIT_EXCEEDED',
    `Cannot decompress ${what}: it needs ${needed} of memory, and ${Math.floor(budget / MIB)} MiB are allowed`,
    { hint: `Allow it ${needed}, with --memory where a command has that` },
  )
}
