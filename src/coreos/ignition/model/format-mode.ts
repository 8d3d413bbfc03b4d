import type { Integer } from './types.ts'

/** A mode as people write it, in octal digits behind a 0: `0644`. */
export function formatMode(mode: Integer): string {
  return mode < 0 ? `-0${(-mode).toString(8)}` : `0${mode.toString(8).padStart(3, '0')}`
}
