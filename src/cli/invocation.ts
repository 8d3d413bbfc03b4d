import type { Command } from './command.ts'
import type { CommandGroup } from './command-tree.ts'
import type { GlobalValues } from './global-options.ts'

/** Words of a line, or those of them that name a command or a group. */
export type Words = readonly string[]

/** Values by the keys of their definitions. */
export type Values = Readonly<Record<string, unknown>>

/** A command with all that its line gave it. */
export interface CommandCall {
  readonly kind: 'run'
  readonly command: Command
  readonly values: Values
  readonly globals: GlobalValues
}

/** What a line asks for. `words` name the command or the group, and are empty for the program itself. */
export type Invocation =
  | CommandCall
  | { readonly kind: 'help'; readonly words: Words; readonly subject: HelpSubject; readonly isLong: boolean }
  /** The line ends where a command should follow. */
  | { readonly kind: 'command-missing'; readonly words: Words; readonly subject: HelpSubject }
  | { readonly kind: 'version' }

/** Whose help is meant. */
export type HelpSubject = Command | CommandGroup
