import type { OptionDefinition } from './command.ts'
import { type CommandGroup, type CommandLoader, isGroup } from './command-tree.ts'
import { longFlag } from './flags.ts'
import { globalOptions } from './global-options.ts'

/** A line, divided into the words that name a command and everything else. */
export interface FoundCommand {
  readonly words: readonly string[]
  /** The command, or the group where the known words end. */
  readonly node: CommandGroup | CommandLoader
  /** What is left to parse: global options from between the words, then all that follows them. */
  readonly rest: readonly string[]
}

/** Follows the words of a line down the tree. Global options may stand between them; any other word ends the search. */
export function findCommand(argv: readonly string[], root: CommandGroup): FoundCommand {
  const words: string[] = []
  const passed: string[] = []
  let node: CommandGroup | CommandLoader = root
  let index = 0
  while (index < argv.length && isGroup(node)) {
    const word = argv[index] ?? ''
    const global = globalByFlag.get(word.replace(/=.*/s, ''))
    if (global) {
      const hasValueBehind = global.type !== 'boolean' && !word.includes('=')
      const end = index + (hasValueBehind ? 2 : 1)
      passed.push(...argv.slice(index, end))
      index = end
      continue
    }
    const child: CommandGroup | CommandLoader | undefined = Object.hasOwn(node.commands, word)
      ? node.commands[word]
      : undefined
    if (!child) break
    words.push(word)
    node = child
    index++
  }
  return { words, node, rest: [...passed, ...argv.slice(index)] }
}

const globalByFlag: ReadonlyMap<string, OptionDefinition> = new Map(
  Object.entries(globalOptions).flatMap(([key, option]) => [
    [longFlag(key), option] as const,
    ...(option.short ? [[`-${option.short}`, option] as const] : []),
  ]),
)
