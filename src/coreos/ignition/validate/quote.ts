/** Messages repeat no more of a value than this. */
const MAX_SHOWN_LENGTH = 80

/** A value of the config as messages show it: in quotes, with control characters as escapes, cut when it is long. */
export function quote(value: string): string {
  return JSON.stringify(value.length > MAX_SHOWN_LENGTH ? `${value.slice(0, MAX_SHOWN_LENGTH)}…` : value)
}
