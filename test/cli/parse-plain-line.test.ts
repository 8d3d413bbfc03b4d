import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Command, defineCommand } from '../../src/cli/command.ts'
import { parsePlainLine } from '../../src/cli/parse-plain-line.ts'
import { parseWithCommander } from '../../src/cli/program.ts'

const command: Command = defineCommand({
  summary: 'Has one of everything',
  arguments: {
    image: { summary: 'Required' },
    shell: { summary: 'Optional, a choice', optional: true, choices: ['bash', 'zsh'] },
    globs: { summary: 'All that remain', variadic: true },
  },
  options: {
    force: { type: 'boolean', short: 'f', summary: 'A flag' },
    noValidate: { type: 'boolean', summary: 'A flag that looks like a negation', conflictsWith: ['force'] },
    output: { type: 'string', short: 'o', valueName: '<path>', summary: 'A text' },
    directory: { type: 'string', default: '.', summary: 'A text with a default' },
    append: { type: 'list', short: 'a', summary: 'Texts' },
    retries: { type: 'number', max: 9, summary: 'A number' },
    mode: { type: 'string', short: 'm', lastWins: true, summary: 'A text that can be given again' },
    range: { type: 'list', takesDash: true, summary: 'Texts that may begin with a dash' },
    shout: { type: 'string', summary: 'A parsed text', parse: (text) => text.toUpperCase() },
  },
  async run(values) {
    return values
  },
})

async function parseSlowly(words: readonly string[]): Promise<unknown> {
  return parseWithCommander(command, { words: ['everything'], rest: words, programName: 'isokit' })
}

describe('parsePlainLine', () => {
  it.each([
    { name: 'arguments', line: ['x.iso', 'bash', 'a', 'b'] },
    { name: 'flags in both forms', line: ['-f', 'x.iso', '--force'] },
    { name: 'a flag named like a negation', line: ['--no-validate', 'x.iso'] },
    { name: 'values behind their option', line: ['-o', 'y.iso', '--append', 'a=b', '-a', 'c', 'x.iso'] },
    { name: 'values in one word with their option', line: ['--output=-y', '--append==', '--shout=', 'x.iso'] },
    { name: 'a lone dash', line: ['-o', '-', '-'] },
    { name: 'global options', line: ['--json', '-q', '--progress', 'none', '--color=never', 'x.iso'] },
    { name: 'the last of values where the last counts', line: ['-m', 'a', '--mode=b', '-m', 'c', 'x.iso'] },
    { name: 'a word with a dash where it can be a value', line: ['--range', '-3', '--range', '-o', 'x.iso'] },
    { name: 'numbers', line: ['--retries', '9', 'x.iso'] },
  ])('reads $name as commander does', async ({ line }) => {
    const call = parsePlainLine(command, line)
    expect(call).toBeDefined()
    expect(call).toEqual(await parseSlowly(line))
  })

  it.each([
    { name: 'an unknown option', line: ['--forse', 'x.iso'] },
    { name: 'help', line: ['-h'] },
    { name: 'options in a cluster', line: ['-fo', 'y.iso', 'x.iso'] },
    { name: 'a value glued to its letter', line: ['-oy.iso', 'x.iso'] },
    { name: 'the end of options', line: ['--', 'x.iso'] },
    { name: 'a value for a flag', line: ['--force=yes', 'x.iso'] },
    { name: 'an option without its value', line: ['x.iso', '-o'] },
    { name: 'an option where a value should be', line: ['-o', '--force', 'x.iso'] },
    { name: 'an option given twice', line: ['-o', 'a', '-o', 'b', 'x.iso'] },
    { name: 'a missing argument', line: ['-f'] },
    { name: 'a value that is no choice', line: ['x.iso', 'fish'] },
    { name: 'a number that is too large', line: ['--retries', '10', 'x.iso'] },
    { name: 'options that exclude each other', line: ['--no-validate', '-f', 'x.iso'] },
  ])('leaves $name to commander', ({ line }) => {
    expect(parsePlainLine(command, line)).toBeUndefined()
  })

  it.each([
    {
      name: 'a value behind its letter and an equals sign',
      line: ['-o=y.iso', 'x.iso'],
      same: ['-o', 'y.iso', 'x.iso'],
    },
    { name: 'an empty value', line: ['-a=', '-a=b=c', 'x.iso'], same: ['--append=', '-a', 'b=c', 'x.iso'] },
    { name: 'a value behind a group of flags', line: ['-fo=-y', 'x.iso'], same: ['-f', '--output=-y', 'x.iso'] },
    { name: 'a value that has such a sign later', line: ['-ao=b', 'x.iso'], same: ['-a', 'o=b', 'x.iso'] },
    { name: 'what only looks like one', line: ['--', '-o=y'], same: ['--', '-o=y'] },
    {
      name: 'a value with a dash',
      line: ['--range', '-o=y', '-fa=b', 'x.iso'],
      same: ['--range=-o=y', '-f', '-a', 'b', 'x.iso'],
    },
  ])('reads $name as other programs do', async ({ line, same }) => {
    expect(parsePlainLine(command, line)).toBeUndefined()
    expect(await parseSlowly(line)).toEqual(await parseSlowly(same))
  })

  it('never reads a line in another way than commander', async () => {
    const word = fc.constantFrom(
      ...[
        'x.iso',
        'bash',
        '-',
        '--',
        '',
        '5',
        '-5',
        'a=b',
        '-f',
        '-h',
        '--force',
        '--force=1',
        '--no-validate',
        '-o',
        '-o=x',
      ],
      ...['--output', '--output=', '--output=-x', '-oy', '-fo', '-a', '--append', '--append=--', '--directory', '-q'],
      ...['--retries', '--retries=7', '--retries=x', '--json', '--progress', 'none', '--color=sometimes', '--unknown'],
      ...['-m', '--mode', '--mode=a', '--range', '--range=-2', '-2'],
    )
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 7 }), async (line) => {
        const call = parsePlainLine(command, line)
        if (call) expect(call).toEqual(await parseSlowly(line))
      }),
      { numRuns: 2000 },
    )
  })
})
