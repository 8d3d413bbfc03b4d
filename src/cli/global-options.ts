import type { OptionDefinitions } from './command.ts'

/** When messages are coloured. */
export type ColorChoice = 'auto' | 'always' | 'never'

/** How progress is shown. */
export type ProgressChoice = 'auto' | 'bar' | 'lines' | 'json' | 'none'

/** Options that each command takes, anywhere on the line. */
export interface GlobalValues {
  readonly json: boolean
  readonly quiet: boolean
  readonly progress: ProgressChoice
  readonly color: ColorChoice
}

/** The part of them that says how messages look. */
export type MessageChoices = Pick<GlobalValues, 'json' | 'quiet' | 'color'>

/** The definitions behind {@link GlobalValues}. `--no-color` is another way to write `--color=never`. */
export const globalOptions: OptionDefinitions = {
  json: {
    type: 'boolean',
    summary: 'Print the result as JSON',
    description:
      'Messages on stderr become JSON too, one object a line, and the last one is the error where there is one. ' +
      'When stdout carries an image, the result goes to stderr.',
  },
  quiet: {
    type: 'boolean',
    short: 'q',
    summary: 'Print no notes and no progress',
    description: 'Results, warnings and errors still appear.',
  },
  progress: {
    type: 'choice',
    choices: ['auto', 'bar', 'lines', 'json', 'none'],
    valueName: '<how>',
    default: 'auto',
    summary: 'Show progress',
    description: 'auto draws a bar on a terminal, and elsewhere prints a line now and then once work takes seconds.',
  },
  color: {
    type: 'choice',
    choices: ['auto', 'always', 'never'],
    valueName: '<when>',
    default: 'auto',
    summary: 'Colour messages',
    description: 'auto colours on a terminal, unless NO_COLOR is set. --no-color is short for never.',
  },
}

/**
 * What a line that may be wrong asks of messages. Only looks for plain words: once a line has been parsed, its own values
 * count.
 */
export function guessMessageChoices(argv: readonly string[]): MessageChoices {
  const isNever = argv.includes('--no-color') || argv.includes('--color=never')
  return { json: argv.includes('--json'), quiet: false, color: isNever ? 'never' : 'auto' }
}
