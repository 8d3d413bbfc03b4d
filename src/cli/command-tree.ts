import type { Command } from './command.ts'

/** Loads one command's module. */
export type CommandLoader = () => Promise<{ readonly command: Command }>

/** Words that stand before a command: `iso`, `iso kargs`. */
export interface CommandGroup {
  readonly summary: string
  /** It works, and help, completion and the README do not show it. */
  readonly hidden?: boolean
  readonly commands: CommandTree
}

/** Groups and commands by name, in the order of the help. */
export type CommandTree = Readonly<Record<string, CommandGroup | CommandLoader>>

/** A name in a group's help. */
export interface CommandListing {
  readonly name: string
  readonly summary: string
  readonly hidden: boolean
}

/** One command with the words that call it. */
export interface ListedCommand {
  readonly words: readonly string[]
  readonly command: Command
  /** Hidden itself, or inside a hidden group. */
  readonly hidden: boolean
}

/** Whether a node of the tree is a group rather than a command. */
export function isGroup(node: CommandGroup | CommandLoader): node is CommandGroup {
  return typeof node !== 'function'
}

/** Whether help is about a command rather than a group. */
export function isCommand(subject: Command | CommandGroup): subject is Command {
  return 'execute' in subject
}

/** The names in a group with their summaries. Loads the modules of the commands in it, and of no others. */
export async function listGroup(group: CommandGroup): Promise<readonly CommandListing[]> {
  return Promise.all(
    Object.entries(group.commands).map(async ([name, node]) => {
      const { summary, hidden = false } = isGroup(node) ? node : (await node()).command
      return { name, summary, hidden }
    }),
  )
}

/** All commands below a group, depth first in the order of the help. Loads all their modules. */
export async function listCommands(
  group: CommandGroup,
  words: readonly string[] = [],
  isInHidden = false,
): Promise<readonly ListedCommand[]> {
  const lists = Object.entries(group.commands).map(async ([name, node]): Promise<readonly ListedCommand[]> => {
    const path = [...words, name]
    if (isGroup(node)) return listCommands(node, path, isInHidden || node.hidden === true)
    const { command } = await node()
    return [{ words: path, command, hidden: isInHidden || command.hidden }]
  })
  return (await Promise.all(lists)).flat()
}
