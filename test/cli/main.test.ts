import { writeSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Command, defineCommand } from '../../src/cli/command.ts'
import type { CommandGroup } from '../../src/cli/command-tree.ts'
import type { CommandContext } from '../../src/cli/context.ts'
import { ImageError, IoError, UsageError } from '../../src/errors.ts'
import { runMain } from '../support/run-main.ts'

/** A tree with one command, `do`, that does what the test says. */
function treeOf(
  run: (context: CommandContext) => unknown,
  extra: {
    readonly isAction?: boolean
    readonly present?: (result: never, context: CommandContext) => string | Uint8Array | undefined
    readonly hasFailed?: (result: never) => boolean
  } = {},
): CommandGroup {
  const command: Command = defineCommand({
    summary: 'Do it',
    arguments: {},
    options: { level: { type: 'number', summary: 'How much' } },
    run: async (_, context) => run(context),
    ...(extra as object),
  })
  return {
    summary: 'A program',
    commands: { group: { summary: 'A group', commands: { do: async () => ({ command }) } } },
  }
}

const LINE = ['group', 'do']

function throwing(error: unknown): CommandGroup {
  return treeOf(() => {
    throw error
  })
}

describe('results', () => {
  const present = ({ count }: { count: number }): string => `${count} done`

  it('are words for people, with a newline at the end', async () => {
    const result = await runMain(LINE, { root: treeOf(() => ({ count: 2 }), { present }) })
    expect(result).toEqual({ exitCode: 0, stdout: '2 done\n', stderr: '' })
  })

  it('are JSON with --json, wherever it stands', async () => {
    for (const argv of [
      ['--json', ...LINE],
      ['group', '--json', 'do'],
      [...LINE, '--json'],
    ]) {
      const { stdout } = await runMain(argv, { root: treeOf(() => ({ count: 2 }), { present }) })
      expect(stdout).toBe('{\n  "count": 2\n}\n')
    }
  })

  it('are bytes as they are', async () => {
    const root = treeOf(() => 0, { present: () => new TextEncoder().encode('no newline') })
    expect(await runMain(LINE, { root })).toMatchObject({ stdout: 'no newline' })
  })

  it('may be nothing', async () => {
    expect(await runMain(LINE, { root: treeOf(() => 0, { present: () => undefined }) })).toMatchObject({ stdout: '' })
    expect(await runMain([...LINE, '--json'], { root: treeOf(() => undefined) })).toMatchObject({ stdout: 'null\n' })
  })

  it('of actions are not told with --quiet, nor as coreos-installer, but to programs', async () => {
    const root = treeOf(() => ({ count: 2 }), { isAction: true, present })
    expect(await runMain([...LINE, '-q'], { root })).toMatchObject({ stdout: '' })
    expect(await runMain(LINE, { root, programPath: '/usr/bin/coreos-installer' })).toMatchObject({ stdout: '' })
    expect(await runMain([...LINE, '-q', '--json'], { root })).toMatchObject({ stdout: '{\n  "count": 2\n}\n' })
  })

  it('of checks that fail are printed, and make the exit code 1', async () => {
    const hasFailed = ({ count }: { count: number }): boolean => count > 1
    for (const count of [1, 2]) {
      const root = treeOf(() => ({ count }), { present, hasFailed })
      expect(await runMain(LINE, { root })).toEqual({ exitCode: count - 1, stdout: `${count} done\n`, stderr: '' })
      expect(await runMain([...LINE, '--json'], { root })).toMatchObject({ exitCode: count - 1 })
    }
  })

  it('that were asked for are told with --quiet', async () => {
    expect(await runMain([...LINE, '-q'], { root: treeOf(() => ({ count: 2 }), { present }) })).toMatchObject({
      stdout: '2 done\n',
    })
  })

  it('go to stderr when stdout carries data, as JSON on one line', async () => {
    const root = treeOf(
      ({ takeStdout }) => {
        writeSync(takeStdout(), 'DATA')
        return { count: 2 }
      },
      { present },
    )
    expect(await runMain(LINE, { root })).toEqual({ exitCode: 0, stdout: 'DATA', stderr: '2 done\n' })
    expect(await runMain([...LINE, '--json'], { root })).toMatchObject({ stdout: 'DATA', stderr: '{"count":2}\n' })
  })
})

describe('a terminal', () => {
  it('is not given data', async () => {
    const root = treeOf(({ takeStdout }) => takeStdout())
    const { exitCode, stdout, stderr } = await runMain(LINE, { root, terminals: ['stdout'] })
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain('[STDOUT_IS_TERMINAL]')
  })

  it.each([
    { name: 'a terminal', argv: [], env: {}, isColored: true },
    { name: 'NO_COLOR', argv: [], env: { NO_COLOR: '1' }, isColored: false },
    { name: 'a dumb terminal', argv: [], env: { TERM: 'dumb' }, isColored: false },
    { name: '--no-color', argv: ['--no-color'], env: {}, isColored: false },
    { name: '--color=always with NO_COLOR', argv: ['--color=always'], env: { NO_COLOR: '1' }, isColored: true },
  ])('has colours or not with $name', async ({ argv, env, isColored }) => {
    const root = treeOf(({ warn }) => warn('careful'))
    const { stderr } = await runMain([...LINE, ...argv], { root, env, terminals: ['stderr'] })
    expect(stderr.includes('\u001b[')).toBe(isColored)
  })
})

describe('questions', () => {
  const root = treeOf(async ({ ask }) => ({ answer: await ask('Really? ') }))
  const stdin = new TextEncoder().encode(' yes \nno\n')

  it('are asked where a person is, who answers with a line', async () => {
    const result = await runMain([...LINE, '--json'], { root, stdin, terminals: ['stdin', 'stderr'] })
    expect(result).toMatchObject({ stdout: '{\n  "answer": "yes"\n}\n', stderr: 'Really? ' })
    const ended = await runMain([...LINE, '--json'], { root, terminals: ['stdin', 'stderr'] })
    expect(JSON.parse(ended.stdout)).toEqual({ answer: '' })
  })

  it('are not asked where nobody is', async () => {
    for (const terminals of [[], ['stdin'], ['stderr', 'stdout']] as const) {
      const result = await runMain([...LINE, '--json'], { root, stdin, terminals })
      expect(result).toMatchObject({ stdout: '{}\n', stderr: '' })
    }
  })
})

it('a line that stands before the result is on stdout, and a note for programs', async () => {
  const root = treeOf(async ({ printLine }) => printLine('first'), { present: () => 'second' })
  expect(await runMain(LINE, { root })).toMatchObject({ stdout: 'first\nsecond\n', stderr: '' })
  expect(await runMain([...LINE, '--json'], { root })).toMatchObject({
    stdout: 'null\n',
    stderr: '{"note":"first"}\n',
  })
})

describe('findings', () => {
  const root = treeOf(({ report }) => report({ finding: 1 }, (paint) => paint('red', 'one')))

  it('go to stderr, also with --quiet', async () => {
    expect(await runMain([...LINE, '-q'], { root })).toEqual({ exitCode: 0, stdout: '', stderr: 'one\n' })
  })

  it('are painted on a terminal', async () => {
    const { stderr } = await runMain(LINE, { root, terminals: ['stderr'] })
    expect(stderr).toBe('\u001b[31mone\u001b[39m\n')
  })

  it('are JSON with --json', async () => {
    expect(await runMain([...LINE, '--json'], { root })).toMatchObject({ stderr: '{"finding":1}\n' })
  })
})

describe('notes and warnings', () => {
  const root = treeOf(({ note, warn }) => {
    note('by the way')
    warn('careful')
  })

  it('go to stderr', async () => {
    expect(await runMain(LINE, { root })).toMatchObject({ stdout: '', stderr: 'by the way\nWarning: careful\n' })
  })

  it('are warnings only with --quiet', async () => {
    expect(await runMain([...LINE, '--quiet'], { root })).toMatchObject({ stderr: 'Warning: careful\n' })
  })

  it('are one JSON object a line with --json', async () => {
    const { stderr } = await runMain([...LINE, '--json'], { root })
    expect(
      stderr
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([{ note: 'by the way' }, { warning: 'careful' }])
  })
})

describe('errors', () => {
  const inner = new IoError('IO_FAILED', 'Cannot read x', {
    cause: Object.assign(new Error('EIO'), { syscall: 'read' }),
  })
  const outer = new ImageError('AREA_TOO_SMALL', 'Cannot embed', { cause: inner, hint: 'Make it smaller' })

  it('tell message, code, causes and hint, and nothing on stdout', async () => {
    const { exitCode, stdout, stderr } = await runMain(LINE, { root: throwing(outer) })
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toBe(
      'Error: Cannot embed [AREA_TOO_SMALL]\n\nCaused by:\n    Cannot read x\n\nhint: Make it smaller\n',
    )
  })

  it('number their causes when there are several', async () => {
    const { stderr } = await runMain(LINE, {
      root: throwing(new IoError('IO_FAILED', 'Cannot copy', { cause: outer })),
    })
    expect(stderr).toContain('Caused by:\n    0: Cannot embed\n    1: Cannot read x\n')
  })

  it('do not say again what has been said', async () => {
    const cause = new UsageError('CHECKSUM_INVALID', 'not a hash\n', { cause: new Error('too short') })
    const root = throwing(new UsageError('COMMAND_LINE_INVALID', 'Cannot use x: not a hash', { cause }))
    const { stderr } = await runMain(LINE, { root })
    expect(stderr).toBe('Error: Cannot use x: not a hash [COMMAND_LINE_INVALID]\n\nCaused by:\n    too short\n')
  })

  it('are JSON with --json, also those of the line itself', async () => {
    const { stderr } = await runMain([...LINE, '--json'], { root: throwing(outer) })
    expect(JSON.parse(stderr)).toEqual({
      error: { code: 'AREA_TOO_SMALL', message: 'Cannot embed', hint: 'Make it smaller', causes: ['Cannot read x'] },
    })
    const wrong = await runMain([...LINE, '--json', '--wrong'], { root: treeOf(() => 0) })
    expect(JSON.parse(wrong.stderr)).toMatchObject({ error: { code: 'COMMAND_LINE_INVALID' } })
  })

  it.each([
    { name: 'a wrong call is 2', error: new UsageError('PATCH_INVALID', 'x'), exitCode: 2 },
    { name: 'a bug is 70', error: new TypeError('x is not a function'), exitCode: 70 },
    { name: 'what is no error at all is 70', error: 'oops', exitCode: 70 },
    { name: 'an abort that nobody asked for is 70', error: new DOMException('x', 'AbortError'), exitCode: 70 },
  ])('$name', async ({ error, exitCode }) => {
    expect(await runMain(LINE, { root: throwing(error) })).toMatchObject({ exitCode })
  })

  it('are those that came first when cleaning up has failed as well', async () => {
    const root = treeOf(async () => {
      await using _held = { [Symbol.asyncDispose]: () => Promise.reject(new Error('cannot be closed')) }
      await using _other = { [Symbol.asyncDispose]: () => Promise.reject(new Error('cannot be closed either')) }
      throw new ImageError('KARGS_TOO_LONG', 'Too long')
    })
    const { exitCode, stderr } = await runMain(LINE, { root })
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('Too long [KARGS_TOO_LONG]') })
  })

  it('that are bugs show their stack when asked', async () => {
    const root = throwing(new TypeError('x is not a function'))
    expect((await runMain(LINE, { root })).stderr).not.toContain('main.test.ts')
    expect((await runMain(LINE, { root, env: { ISOKIT_DEBUG: '1' } })).stderr).toContain('main.test.ts')
  })

  it('are quiet when the reader of the output has gone', async () => {
    const root = throwing(new IoError('OUTPUT_CLOSED', 'Broken pipe'))
    expect(await runMain(LINE, { root })).toEqual({ exitCode: 141, stdout: '', stderr: '' })
  })

  it('after an interrupt are 130', async () => {
    const controller = new AbortController()
    const root = treeOf(({ signal }) => {
      controller.abort()
      signal.throwIfAborted()
    })
    expect(await runMain(LINE, { root, signal: controller.signal })).toEqual({
      exitCode: 130,
      stdout: '',
      stderr: 'Interrupted\n',
    })
  })
})

describe('lines', () => {
  const root = treeOf(() => ({}))

  it.each([
    { name: 'nothing at all', argv: [] },
    { name: 'a group', argv: ['group'] },
    { name: 'a group and a global option', argv: ['group', '--quiet'] },
  ])('that end before a command get its help on stderr: $name', async ({ argv }) => {
    const { exitCode, stdout, stderr } = await runMain(argv, { root })
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain('Usage:')
  })

  it('that end before a command are told as JSON where that is asked for', async () => {
    const { exitCode, stderr } = await runMain(['group', '--json'], { root })
    expect(exitCode).toBe(2)
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'COMMAND_LINE_INVALID',
      hint: expect.stringContaining('group -h'),
    })
  })

  it.each([
    { name: 'an unknown command', argv: ['group', 'dos'], says: 'Did you mean do?' },
    { name: 'an unknown group', argv: ['grup', 'do'], says: 'Did you mean group?' },
    { name: 'a help command', argv: ['help'], says: "Unknown command 'help'" },
    { name: 'an unknown option', argv: [...LINE, '--levle', '3'], says: 'Did you mean --level?' },
    { name: 'an unknown option before the command', argv: ['-x', ...LINE], says: "Unknown option '-x'" },
    { name: 'a word too many', argv: [...LINE, 'more'], says: 'Too many arguments' },
    { name: 'an option twice', argv: [...LINE, '--level=1', '--level=2'], says: 'more than once' },
    { name: 'an option without its value', argv: [...LINE, '--level'], says: 'argument missing' },
    { name: 'an option as a value', argv: [...LINE, '--level', '--quiet'], says: 'Write --level=--quiet' },
    { name: 'a value that does not fit', argv: [...LINE, '--level', 'much'], says: 'Give an integer' },
    { name: 'a version inside a group', argv: ['group', '-V'], says: "Unknown option '-V'" },
  ])('are wrong calls with $name', async ({ argv, says }) => {
    const { exitCode, stdout, stderr } = await runMain(argv, { root })
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain(says)
    expect(stderr).toContain('[COMMAND_LINE_INVALID]')
  })

  it.each([{ argv: ['-h'] }, { argv: ['group', '--help'] }, { argv: [...LINE, '--level=1', '-h'] }])(
    'can ask for help: $argv',
    async ({ argv }) => {
      const { exitCode, stdout, stderr } = await runMain(argv, { root })
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
      expect(stdout).toContain('Usage: isokit')
    },
  )

  it('print the name that the program was called by, and its version', async () => {
    expect(await runMain(['--version'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^isokit \d+\.\d+/),
    })
    expect(await runMain(['-V'], { programPath: 'C:\\bin\\coreos-installer.exe' })).toMatchObject({
      stdout: expect.stringMatching(/^coreos-installer \d/),
    })
  })
})
