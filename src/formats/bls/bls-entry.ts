import { FormatError } from '../../errors.ts'

/** A boot entry. */
export interface BlsEntry {
  /** The kernel command line, without white space at its ends. */
  readonly options: string
  /** The lines before and behind the one with the options, without white space at their ends. */
  readonly before: readonly string[]
  readonly after: readonly string[]
}

const OPTIONS = 'options '
const INITRD = 'initrd '

/**
 * Parses a boot entry that has one line with a kernel command line.
 *
 * @param where what the text is and where it stands, for the message.
 * @throws {FormatError} `BOOT_FILES_INVALID` when there is no such line, or several.
 */
export function parseBlsEntry(text: string, where: string): BlsEntry {
  const lines = text.split('\n').map((line) => line.trimEnd())
  if (lines.at(-1) === '') lines.pop() // behind the last line's end
  // A keyword is separated by a space; `options` alone has no arguments to be edited, and loses its space when trimmed.
  const isOptions = (line: string): boolean => `${line} `.startsWith(OPTIONS)
  const [line, ...others] = lines.filter(isOptions)
  if (line === undefined || others.length > 0) {
    const found = line === undefined ? 'no "options" line' : `${others.length + 1} "options" lines`
    throw new FormatError('BOOT_FILES_INVALID', `${where} has ${found}, so there is no one kernel command line`, {
      hint: 'Use an image whose boot entries have one "options" line each',
    })
  }
  const index = lines.indexOf(line)
  const options = line.slice(OPTIONS.length).trim()
  return { options, before: lines.slice(0, index), after: lines.slice(index + 1) }
}

/** The initrds that a boot entry names, in the order in which they are loaded. */
export function initrdsOf({ before, after }: BlsEntry): readonly string[] {
  const lines = [...before, ...after].filter((line) => line.startsWith(INITRD))
  return lines.flatMap((line) => line.slice(INITRD.length).split(/\s+/).filter(Boolean))
}

/** Writes a boot entry as text. Lines end with a line feed. */
export function formatBlsEntry({ options, before, after }: BlsEntry): string {
  return [...before, `${OPTIONS}${options}`, ...after].map((line) => `${line.trimEnd()}\n`).join('')
}
