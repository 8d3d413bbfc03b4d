/** What the process ends with, in the order of the help. */
export const EXIT_CODES = {
  done: 0,
  failed: 1,
  wrongCall: 2,
  bug: 70,
  interrupted: 130,
  /** What a shell reports of a program that SIGPIPE ended. */
  outputClosed: 141,
} as const

/** One of {@link EXIT_CODES}. */
export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES]

/** What {@link EXIT_CODES} mean, for `--help` and the README. */
export const EXIT_CODE_MEANINGS: Readonly<Record<ExitCode, string>> = {
  0: 'Done',
  1: 'Could not be done',
  2: 'Wrong call',
  70: 'A bug of this program',
  130: 'Interrupted',
  141: 'The reader of the output has gone away',
}
