/** The longest text that is read, 256 MiB. The largest sound config that was seen in the field has a few. */
export const MAX_TEXT_BYTE_LENGTH: number = 256 * 1024 * 1024

/** The deepest nesting of lists and objects that Go's encoding/json follows. */
export const MAX_DEPTH = 10_000

/**
 * The most entries of a {@link Tape}: 128 MiB of them. A number, a word, a string and a name take one entry, a list or an
 * object two. Configs of many small files have one for every seven bytes.
 */
export const MAX_ENTRY_COUNT: number = 16 * 1024 * 1024
