import type { Command, OptionDefinition, OptionDefinitions } from './command.ts'
import { type CommandGroup, listGroup } from './command-tree.ts'
import { EXIT_CODE_MEANINGS } from './exit-codes.ts'
import { argumentUsage, longFlag, optionFlags } from './flags.ts'
import { globalOptions } from './global-options.ts'
import { type LayoutRow, layOutRows, wrapText } from './text-layout.ts'

/** The widest line that help has, unless a single word is wider. */
export const HELP_WIDTH = 80

const HELP_ROW: LayoutRow = { left: '-h, --help', right: ['Print help, in short or in full'] }
const VERSION_ROW: LayoutRow = { left: '-V, --version', right: ['Print name and version'] }

const EXIT_CODE_ROWS: readonly LayoutRow[] = Object.entries(EXIT_CODE_MEANINGS).map(([code, meaning]) => ({
  left: code,
  right: [meaning],
}))

/**
 * Help of one command. The short form fits a screen; the long one adds descriptions, global options, examples and exit
 * codes.
 *
 * @param commandLine The program's name and the command's words.
 */
export function formatCommandHelp(commandLine: string, command: Command, isLong: boolean): string {
  const argumentRows = Object.entries(command.arguments).map(([key, argument]) => ({
    left: argumentUsage(key, argument),
    right: [`${argument.summary}${choicesNote(argument.choices)}`],
  }))
  const usage = [commandLine, '[options]', ...argumentRows.map(({ left }) => left)].join(' ')
  return joinSections([
    command.summary,
    isLong && formatParagraphs(command.description),
    `Usage: ${usage}`,
    formatRows('Arguments:', argumentRows),
    formatRows('Options:', [...optionRows(command.options, isLong), HELP_ROW]),
    !isLong && formatRareOptions(command.options),
    formatGlobalOptions(isLong),
    isLong && formatExamples(commandLine, command),
    isLong && formatRows('Exit codes:', EXIT_CODE_ROWS),
  ])
}

/**
 * Help of a group, or of the whole program when `isRoot`: the names in it with their summaries. Loads the modules of the
 * commands that it lists.
 */
export async function formatGroupHelp(
  commandLine: string,
  group: CommandGroup,
  { isRoot, isLong }: { readonly isRoot: boolean; readonly isLong: boolean },
): Promise<string> {
  const listings = (await listGroup(group)).filter(({ hidden }) => !hidden)
  return joinSections([
    group.summary,
    `Usage: ${commandLine} [options] <command>`,
    formatRows(
      'Commands:',
      listings.map(({ name, summary }) => ({ left: name, right: [summary] })),
    ),
    formatRows('Options:', isRoot ? [HELP_ROW, VERSION_ROW] : [HELP_ROW]),
    formatGlobalOptions(isLong),
    isLong && formatRows('Exit codes:', EXIT_CODE_ROWS),
    `Run '${commandLine} <command> -h' for more about a command.`,
  ])
}

function formatGlobalOptions(isLong: boolean): string {
  if (isLong) return formatRows('Global options:', optionRows(globalOptions, isLong))
  return nameOptions('Options of every command', Object.entries(globalOptions))
}

function formatRareOptions(options: OptionDefinitions): string {
  const rare = Object.entries(options).filter(([, { isRare, hidden }]) => isRare && !hidden)
  return rare.length > 0 ? nameOptions('More options', rare) : ''
}

function nameOptions(title: string, options: readonly (readonly [string, OptionDefinition])[]): string {
  const flags = options.map(([key, { short }]) => `${short ? `-${short}/` : ''}${longFlag(key)}`)
  return wrapText(`${title}: ${flags.join(' ')} (see --help)`, HELP_WIDTH).join('\n')
}

function optionRows(options: OptionDefinitions, isLong: boolean): readonly LayoutRow[] {
  const visible = Object.entries(options).filter(([, { hidden, isRare }]) => !hidden && (isLong || !isRare))
  return visible.map(([key, option]) => {
    const notes = [
      option.type === 'list' && 'repeatable',
      'required' in option && option.required && 'required',
      'default' in option && option.default !== undefined && `default: ${option.default}`,
    ].filter((note) => note !== false)
    const what = `${option.summary}${choicesNote('choices' in option ? option.choices : undefined)}`
    const summary = notes.length > 0 ? `${what} [${notes.join(', ')}]` : what
    return {
      left: `${option.short ? '' : '    '}${optionFlags(key, option)}`,
      right: isLong && option.description ? [summary, ...option.description.split('\n\n')] : [summary],
    }
  })
}

function choicesNote(choices: readonly string[] | undefined): string {
  return choices ? `: ${choices.join(', ')}` : ''
}

function formatRows(title: string, rows: readonly LayoutRow[]): string {
  return rows.length > 0 ? `${title}\n${layOutRows(rows, HELP_WIDTH)}` : ''
}

function formatParagraphs(text = ''): string {
  return text
    .split('\n\n')
    .map((paragraph) => wrapText(paragraph, HELP_WIDTH).join('\n'))
    .join('\n\n')
}

/** Example lines are for copying, so they are not wrapped. */
function formatExamples(commandLine: string, command: Command): string {
  const programName = commandLine.split(' ', 1)[0]
  const examples = command.examples.map(({ summary, line }) => `  # ${summary}\n  ${programName} ${line}`)
  return examples.length > 0 ? `Examples:\n${examples.join('\n\n')}` : ''
}

function joinSections(sections: readonly (string | false)[]): string {
  return `${sections.filter((section) => section !== false && section !== '').join('\n\n')}\n`
}
