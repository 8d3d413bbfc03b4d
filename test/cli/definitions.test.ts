import { describe, expect, it } from 'vitest'
import type { OptionDefinition, OptionDefinitions } from '../../src/cli/command.ts'
import { type CommandGroup, isGroup, type ListedCommand, listCommands } from '../../src/cli/command-tree.ts'
import { rootGroup } from '../../src/cli/commands/index.ts'
import { longFlag, optionFlags } from '../../src/cli/flags.ts'
import { globalOptions } from '../../src/cli/global-options.ts'
import { formatCommandHelp, formatGroupHelp } from '../../src/cli/help.ts'

const MAX_COLUMNS = 80
const MAX_SHORT_LINES = 40

const commands: readonly ListedCommand[] = await listCommands(rootGroup)
const named = commands.map((listed) => ({ name: listed.words.join(' '), ...listed }))
const groups = listGroups(rootGroup).map(({ words, group }) => ({ name: ['isokit', ...words].join(' '), words, group }))

function listGroups(
  group: CommandGroup,
  words: readonly string[] = [],
): readonly { readonly words: readonly string[]; readonly group: CommandGroup }[] {
  const below = Object.entries(group.commands).flatMap(([name, node]) =>
    isGroup(node) ? listGroups(node, [...words, name]) : [],
  )
  return [{ words, group }, ...below]
}

function tooWide(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.length > MAX_COLUMNS)
}

describe.each(named)('isokit $name', ({ name, command }) => {
  const short = formatCommandHelp(`isokit ${name}`, command, false)
  const long = formatCommandHelp(`isokit ${name}`, command, true)
  const options: OptionDefinitions = command.options

  it('has short help that fits 80 columns and a screen', () => {
    expect(tooWide(short)).toEqual([])
    expect(short.split('\n').length).toBeLessThanOrEqual(MAX_SHORT_LINES)
  })

  it('has long help that fits 80 columns, but for examples', () => {
    const [before = '', examples = ''] = long.split('\nExamples:\n')
    expect(tooWide(before)).toEqual([])
    expect(examples.split('\n').filter((line) => line.length > MAX_COLUMNS + 20)).toEqual([])
  })

  it('shows each option and argument that is not hidden, in both; of rare ones the short help shows the name', () => {
    const visible = Object.entries(options).filter(([, { hidden }]) => !hidden)
    for (const [key, option] of visible) {
      expect(short).toContain(option.isRare ? longFlag(key) : optionFlags(key, option))
      expect(long).toContain(optionFlags(key, option))
    }
  })

  it('has summaries of one line without a full stop', () => {
    const parts: readonly { readonly summary: string }[] = [
      command,
      ...Object.values<OptionDefinition>(options),
      ...Object.values(command.arguments),
    ]
    expect(parts.map(({ summary }) => summary).filter((summary) => !/^\S[^\n]*[^.\s]$/.test(summary))).toEqual([])
  })

  it('has flags of its own', () => {
    const all = Object.entries({ ...options, ...globalOptions })
    expect(all).toHaveLength(Object.keys(options).length + Object.keys(globalOptions).length)
    const flags = all.flatMap(([key, { short: letter }]) => (letter ? [longFlag(key), `-${letter}`] : [longFlag(key)]))
    const taken = ['-h', '--help', '-V', '--version', '--no-color']
    expect([...flags, ...taken]).toHaveLength(new Set([...flags, ...taken]).size)
  })

  it('excludes only options that it has', () => {
    const excluded = Object.values<OptionDefinition>(options).flatMap(({ conflictsWith = [] }) => conflictsWith)
    expect(Object.keys(options)).toEqual(expect.arrayContaining(excluded))
  })

  it('takes arguments that can be told apart: required, then optional, then all that remain', () => {
    const ranks = Object.values(command.arguments).map(({ optional, variadic }) => (variadic ? 2 : optional ? 1 : 0))
    expect(ranks).toEqual([...ranks].sort())
    expect(ranks.filter((rank) => rank === 2).length).toBeLessThanOrEqual(1)
  })

  it('has examples that call it', () => {
    for (const { line } of command.examples) expect(line).toContain(name)
  })
})

describe.each(groups)('$name', ({ name, words, group }) => {
  it.each([{ isLong: false }, { isLong: true }])(
    'has help that fits 80 columns (long: $isLong)',
    async ({ isLong }) => {
      const help = await formatGroupHelp(name, group, { isRoot: words.length === 0, isLong })
      expect(tooWide(help)).toEqual([])
      expect(help).toContain(group.summary)
    },
  )
})

it('keys and flags are the same thing in two spellings', () => {
  for (const { command } of commands) {
    for (const key of Object.keys(command.options)) {
      const back = longFlag(key)
        .slice(2)
        .replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
      expect(back).toBe(key)
    }
  }
})
