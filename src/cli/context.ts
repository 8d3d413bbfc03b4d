import type { ByteReader } from '../bytes/index.ts'
import type { OnProgress, ReadInputOptions } from '../node/index.ts'
import type { CommandGroup } from './command-tree.ts'
import type { Paint } from './paint.ts'

/** Which tool the user called: isokit, or the one it stands in for. */
export type Persona = 'isokit' | 'coreos-installer'

/** stdin, or what a test puts in its place. */
export interface Input {
  /** Whether a person is typing. */
  readonly isTerminal: boolean
  /** The bytes as they come, for much of them. Can be asked for once. */
  reader(): ByteReader
  /**
   * All of the bytes, for a config or a keyfile. Can be asked for once.
   *
   * @throws {IoError} `INPUT_TOO_LARGE`
   */
  read(options?: ReadInputOptions): Promise<Uint8Array>
}

/** stdout, or the file that a test puts in its place. */
export interface Output {
  readonly descriptor: number
  /** Whether a person is looking. */
  readonly isTerminal: boolean
}

/** stderr, or what a test puts in its place. */
export interface MessageOutput {
  /** Whether a person is looking. */
  readonly isTerminal: boolean
  /** Width of the terminal, where it is known. */
  readonly columns: number | undefined
  /** Writes at once, and never fails: nobody could be told. */
  write(text: string): void
}

/** What the CLI needs from the process around it. Tests hand in their own and read what was written. */
export interface Host {
  /** How the program was called: `argv[1]`. */
  readonly programPath: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: MessageOutput
  /** Aborts when the user interrupts. */
  readonly signal: AbortSignal
}

/** What a command's `run` may use of the world, beside the files that it opens itself. */
export interface CommandContext {
  /** Aborts when the user interrupts; pass it on to each operation. */
  readonly signal: AbortSignal
  /** Pass it on to operations; what is shown depends on the terminal and on `--progress`. */
  readonly onProgress: OnProgress
  readonly persona: Persona
  /** The name in help and hints. */
  readonly programName: string
  /** Whether a program reads the result: then it is worth giving what costs more, such as a hash. */
  readonly json: boolean
  /** Whether shortcuts of the system may be taken; `ISOKIT_FAST_PATHS=off` switches them off. */
  readonly fastPaths: boolean
  /** The environment: settings of proxies, places of keys. */
  readonly env: Host['env']
  /** The tree that the command is part of. */
  readonly root: CommandGroup
  readonly stdin: Input
  /**
   * Takes stdout for an image or an archive and gives its descriptor. The result, whose place that was, goes to stderr.
   * Call it before the work begins, for the sake of whom it refuses.
   *
   * @throws {UsageError} `STDOUT_IS_TERMINAL`
   */
  takeStdout(): number
  /** Prints a line on stdout before the result; as a note when a program reads the result. */
  printLine(text: string): Promise<void>
  /**
   * Asks a person, and gives the line that is answered, trimmed; `undefined` where nobody is there: stdin or stderr is no
   * terminal.
   */
  ask(question: string): Promise<string | undefined>
  /** Paints parts of the result, if stdout shows colours; a painted result is presented as bytes. */
  readonly paint: Paint
  /** Tells something in passing, on stderr; silent with `--quiet`. */
  note(text: string): void
  /** Tells on stderr about something that may be wrong; also with `--quiet`. */
  warn(text: string): void
  /**
   * Tells findings on stderr, also with `--quiet`.
   *
   * @param value what programs get.
   * @param word what people get; without control characters from outside.
   */
  report(value: object, word: (paint: Paint) => string): void
}
