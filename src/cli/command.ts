import type { CommandContext } from './context.ts'

/** What a word on the command line stands for, so that completion can offer something. */
export type Completes = 'file' | 'directory' | 'nothing'

/** A positional argument. */
export interface ArgumentDefinition {
  /** One line without a full stop, as `-h` shows it. */
  readonly summary: string
  /** How usage lines call it; by default the key in capitals (`outputIso` is `OUTPUT_ISO`). */
  readonly valueName?: string
  /** It may be left out; `run` then gets `undefined`. */
  readonly optional?: boolean
  /** It takes all words that remain, none included; `run` gets a list. Only the last argument can be variadic. */
  readonly variadic?: boolean
  /** A variadic one takes at least one word. */
  readonly atLeastOne?: boolean
  /** The only words it takes. */
  readonly choices?: readonly string[]
  /** What completion offers; by default files, or the choices. */
  readonly completes?: Completes
}

/** What all kinds of options have. The key in camel case is the long flag in kebab case: `kargsFile` is `--kargs-file`. */
interface OptionBase {
  /** One line without a full stop, as `-h` shows it. */
  readonly summary: string
  /** Whole sentences that `--help` adds below the summary. */
  readonly description?: string
  /** The letter behind one dash. */
  readonly short?: string
  /** It works, and help and completion do not show it. */
  readonly hidden?: boolean
  /** Short help only names it, so that what most people need fits a screen. */
  readonly isRare?: boolean
  /** Keys of options that can't be given together with this one. */
  readonly conflictsWith?: readonly string[]
}

interface ValueOption extends OptionBase {
  /** How help calls the value: `<path>`, `<KARG>`; by default the long flag in angle brackets. */
  readonly valueName?: string
  /** What completion offers; by default files for `<path>`, and else nothing. */
  readonly completes?: Completes
  /** A value may begin with a dash and still be a word of its own, as in `--range -3`. */
  readonly takesDash?: boolean
}

interface SingleValueOption extends ValueOption {
  /** Of several values the last one counts. Without this, to give two is a usage error. */
  readonly lastWins?: boolean
}

/** A flag: there or not. */
export interface BooleanOption extends OptionBase {
  readonly type: 'boolean'
}

/** One text. */
export interface StringOption extends SingleValueOption {
  readonly type: 'string'
  readonly required?: boolean
  readonly default?: string
  /** Makes the value from the text. A throw is a usage error: the message should read well behind "Cannot use --x=y: ". */
  readonly parse?: (text: string) => unknown
}

/** Texts in the order given; the option takes one value each time, so that `-a x -a y image.iso` reads as it looks. */
export interface ListOption extends ValueOption {
  readonly type: 'list'
  readonly required?: boolean
  /** As for a string, for each value. */
  readonly parse?: (text: string) => unknown
}

/** A decimal integer. */
export interface NumberOption extends SingleValueOption {
  readonly type: 'number'
  readonly required?: boolean
  readonly default?: number
  /** Smallest value taken; 0 by default. */
  readonly min?: number
  /** Largest value taken; 2^53 - 1 by default. */
  readonly max?: number
}

/** One of a few words. */
export interface ChoiceOption extends SingleValueOption {
  readonly type: 'choice'
  readonly choices: readonly string[]
  readonly required?: boolean
  readonly default?: string
}

/** An option, told apart by `type`. */
export type OptionDefinition = BooleanOption | StringOption | ListOption | NumberOption | ChoiceOption

/** Positional arguments by key, in their order on the command line. */
export type ArgumentDefinitions = Readonly<Record<string, ArgumentDefinition>>

/** Options by key, in the order of the help. */
export type OptionDefinitions = Readonly<Record<string, OptionDefinition>>

/** A command line with what it does, for `--help` and the README. */
export interface CommandExample {
  readonly summary: string
  /** The words behind the program's name. */
  readonly line: string
}

type ArgumentWord<A> = A extends { readonly choices: readonly (infer C)[] } ? C : string

type ArgumentValue<A> = A extends { readonly variadic: true }
  ? readonly ArgumentWord<A>[]
  : A extends { readonly optional: true }
    ? ArgumentWord<A> | undefined
    : ArgumentWord<A>

type OptionWord<O> = O extends { readonly parse: (text: string) => infer Parsed }
  ? Parsed
  : O extends { readonly type: 'choice'; readonly choices: readonly (infer C)[] }
    ? C
    : O extends { readonly type: 'number' }
      ? number
      : string

type OptionValue<O> = O extends { readonly type: 'boolean' }
  ? boolean
  : O extends { readonly type: 'list' }
    ? readonly OptionWord<O>[]
    : O extends { readonly required: true } | { readonly default: unknown }
      ? OptionWord<O>
      : OptionWord<O> | undefined

/** What `run` gets for the definitions: one property for each argument and each option. */
export type CommandValues<A extends ArgumentDefinitions, O extends OptionDefinitions> = {
  readonly [Key in keyof A]: ArgumentValue<A[Key]>
} & { readonly [Key in keyof O]: OptionValue<O[Key]> }

/** A result in words: text gets its last newline where it lacks one, bytes are written as they are. */
export type Presentation = string | Uint8Array | undefined

/** How one command is written down; see {@link defineCommand}. */
export interface CommandDefinition<A extends ArgumentDefinitions, O extends OptionDefinitions, Result> {
  /** One line without a full stop, as the group's help shows it. */
  readonly summary: string
  /** Paragraphs for `--help`, separated by empty lines, not wrapped. */
  readonly description?: string
  readonly examples?: readonly CommandExample[]
  /** It works, and help, completion and the README do not show it. */
  readonly hidden?: boolean
  /**
   * The point of the command is what it does, not what it prints: its words are left out with `--quiet`, and under the
   * name `coreos-installer`, which says nothing about work well done.
   */
  readonly isAction?: boolean
  readonly arguments: A
  readonly options: O
  /** Does it. The value is what `--json` prints. */
  run(values: CommandValues<A, O>, context: CommandContext): Promise<Result>
  /** Words the result for people; nothing is printed for `undefined`. */
  present?(result: Result, context: CommandContext): Presentation
  /** Whether a result that is printed as any other makes the exit code 1, as that of a check does. */
  hasFailed?(result: Result): boolean
  /** What `--json` prints where the result itself isn't JSON, such as bytes. */
  toJson?(result: Result): unknown
}

/** A command as the rest of the CLI sees it: its definition, with `run` and `present` behind one call. */
export interface Command {
  readonly summary: string
  readonly description: string | undefined
  readonly examples: readonly CommandExample[]
  readonly hidden: boolean
  readonly isAction: boolean
  readonly arguments: ArgumentDefinitions
  readonly options: OptionDefinitions
  /** Runs the command with values that were made from these definitions. */
  execute(values: Readonly<Record<string, unknown>>, context: CommandContext): Promise<CommandOutcome>
}

/** A result, before it is known whether a person or a program reads it. */
export interface CommandOutcome {
  /** The exit code is 1, though there is a result to print. */
  readonly hasFailed: boolean
  present(): Presentation
  toJson(): unknown
}

/**
 * Defines one command: the one source for parsing, help, completion and the README's table.
 *
 * A file in `commands/` holds one command and exports it as `command`; its path is the command's words, and
 * `commands/index.ts` names it:
 *
 * ```ts
 * export const command: Command = defineCommand({
 *   summary: 'Modify the kernel arguments of a live ISO image',
 *   isAction: true,
 *   arguments: { iso: { summary: 'ISO image to edit' } },
 *   options: {
 *     append: { type: 'list', short: 'a', valueName: '<KARG>', summary: 'Kernel argument to append' },
 *     output: { type: 'string', short: 'o', valueName: '<path>', summary: 'File to create, or - for stdout' },
 *   },
 *   async run({ iso, append, output }, { signal, onProgress, warn }) {
 *     // iso is a string, append a list of strings, output a string or undefined
 *     return { output, patchedAreas: 2 }
 *   },
 *   present: ({ output, patchedAreas }) => `Wrote ${output} (${patchedAreas} areas patched)`,
 * })
 * ```
 *
 * `run` throws `IsokitError`s and lets aborts pass; `main.ts` makes exit codes of them. It prints nothing: notes go
 * through `context.note`, results are its value. Bytes that were asked for are a `Uint8Array` from `present`; images
 * are streamed to `context.stdout`, and the words then go to stderr by themselves.
 */
export function defineCommand<const A extends ArgumentDefinitions, const O extends OptionDefinitions, Result>(
  definition: CommandDefinition<A, O, Result>,
): Command {
  return {
    summary: definition.summary,
    description: definition.description,
    examples: definition.examples ?? [],
    hidden: definition.hidden ?? false,
    isAction: definition.isAction ?? false,
    arguments: definition.arguments,
    options: definition.options,
    async execute(values, context) {
      // read-values.ts made the values from these very definitions, which is more than the compiler can follow.
      const result = await definition.run(values as CommandValues<A, O>, context)
      return {
        hasFailed: definition.hasFailed?.(result) ?? false,
        present: () => definition.present?.(result, context),
        toJson: () => (definition.toJson ? definition.toJson(result) : result),
      }
    },
  }
}
