import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Command, defineCommand } from '../../src/cli/command.ts'
import type { CommandGroup, CommandLoader } from '../../src/cli/command-tree.ts'
import { COMPLETION_SHELLS, formatCompletion } from '../../src/cli/completion/index.ts'
import { needs } from '../support/needs.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

function load(command: Command): CommandLoader {
  return async () => ({ command })
}

const run = async (): Promise<void> => {}
const root: CommandGroup = {
  summary: "It's a program: with [odd] characters",
  commands: {
    image: {
      summary: 'Work with "images"',
      commands: {
        edit: load(
          defineCommand({
            summary: "Edit one, don't ask: [really]",
            arguments: { image: { summary: 'Image' } },
            options: {
              append: { type: 'list', short: 'a', valueName: '<KARG=VALUE>', summary: "What's appended: [text]" },
              output: { type: 'string', short: 'o', valueName: '<path>', summary: 'File' },
              outputDir: { type: 'string', valueName: '<path>', completes: 'directory', summary: 'Directory' },
              level: { type: 'choice', choices: ['high', 'low'], summary: 'How much' },
              secret: { type: 'boolean', hidden: true, summary: 'Not for everyone' },
            },
            run,
          }),
        ),
        old: load(defineCommand({ summary: 'Gone soon', hidden: true, arguments: {}, options: {}, run })),
      },
    },
    shell: load(
      defineCommand({
        summary: 'Choose',
        arguments: { shell: { summary: 'Shell', choices: ['bash', 'zsh'] } },
        options: {},
        run,
      }),
    ),
  },
}

/** Lines with a cursor at their end, and what is offered there. */
const CASES = [
  { words: [''], offered: ['image', 'shell'] },
  { words: ['im'], offered: ['image'] },
  { words: ['image', ''], offered: ['edit'] },
  { words: ['--json', 'image', ''], offered: ['edit'] },
  { words: ['--progress', 'none', 'image', ''], offered: ['edit'] },
  { words: ['image', 'edit', '--out'], offered: ['--output', '--output-dir'] },
  { words: ['image', 'edit', '--sec'], offered: [] },
  { words: ['image', 'edit', '--level', ''], offered: ['high', 'low'] },
  { words: ['image', 'edit', 'x.img', '--level', 'h'], offered: ['high'] },
  { words: ['shell', ''], offered: ['bash', 'zsh'] },
  { words: ['--color', 'a'], offered: ['always', 'auto'] },
  { words: ['--vers'], offered: ['--version'] },
  { words: ['image', '--vers'], offered: [] },
] as const

const paths = new Map<string, string>()
beforeAll(async () => {
  const { path, [Symbol.asyncDispose]: remove } = await temporaryDirectory()
  for (const shell of COMPLETION_SHELLS) {
    paths.set(shell, join(path, shell))
    await writeFile(join(path, shell), await formatCompletion(shell, 'my-tool', root))
  }
  return remove
})

async function runShell(program: string, args: readonly string[], script: string): Promise<readonly string[]> {
  const path = paths.get(program) ?? ''
  const { stdout, stderr } = await promisify(execFile)(program, [...args, '-c', script.replaceAll('$SCRIPT', path)])
  expect(stderr).toBe('')
  return stdout.split('\n').filter((line) => line !== '')
}

function quote(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(' ')
}

describe('bash', () => {
  const complete = (words: readonly string[]): Promise<readonly string[]> =>
    runShell(
      'bash',
      ['--norc'],
      `source $SCRIPT; COMP_WORDS=(my-tool ${quote(words)}); COMP_CWORD=${words.length}; _my_tool; printf '%s\\n' "\${COMPREPLY[@]}"`,
    )

  it.each(CASES)('offers $offered after $words', async ({ words, offered }) => {
    expect([...(await complete(words))].sort()).toEqual(offered)
  })

  it('offers values behind an equals sign, which is a word of its own there', async () => {
    expect(await complete(['image', 'edit', '--level', '=', 'l'])).toEqual(['low'])
    expect(await complete(['image', 'edit', '--level', '='])).toEqual(['high', 'low'])
  })
})

describe('fish', () => {
  beforeEach((context) => needs(context, 'fish'))

  it.each(CASES)('offers $offered after $words', async ({ words, offered }) => {
    const lines = await runShell('fish', ['--no-config'], `source $SCRIPT; complete -C 'my-tool ${words.join(' ')}'`)
    expect(lines.map((line) => line.split('\t')[0]).sort()).toEqual(offered)
  })
})

describe('zsh', () => {
  beforeEach((context) => needs(context, 'zsh'))

  /** The functions of zsh's completion system that the script calls, made to print what they are called with. */
  const STUBS = `
    compdef() { }
    _arguments() { print -r -- "words $words"; print -rl -- "$@"; state=command }
    _describe() { print -rl -- $offered }
  `
  const complete = (words: readonly string[]): Promise<readonly string[]> =>
    runShell(
      'zsh',
      ['-f'],
      `${STUBS} source $SCRIPT; words=(my-tool ${quote(words)}); CURRENT=${words.length + 1}; _my-tool`,
    )

  it('describes the commands of a group', async () => {
    const lines = await complete(['--json', 'image', ''])
    expect(lines).toContain('words my-tool --json ')
    expect(lines).toContain("edit:Edit one, don't ask: [really]")
    expect(lines.filter((line) => line.startsWith('old'))).toEqual([])
  })

  it('gives _arguments the flags of a command, without the words that lead there', async () => {
    const lines = await complete(['image', 'edit', '-a', 'x', ''])
    expect(lines).toEqual(
      expect.arrayContaining([
        'words my-tool -a x ',
        "*--append=[What's appended\\: \\[text\\]]:KARG=VALUE:",
        "*-a+[What's appended\\: \\[text\\]]:KARG=VALUE:",
        '(-o --output)--output=[File]:path:_files',
        '(--output-dir)--output-dir=[Directory]:path:_files -/',
        '(--level)--level=[How much]:level:(high low)',
        '*:image:_files',
      ]),
    )
    expect(lines.filter((line) => line.includes('secret'))).toEqual([])
  })
})
