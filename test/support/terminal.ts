import { fileURLToPath } from 'node:url'
import type { Shell } from './run-isokit.ts'

const PROGRAM: string = fileURLToPath(new URL('terminal.py', import.meta.url))

/** A key of people who want a program to stop. */
export const CTRL_C = '\x03'

/** A key of people who have nothing more to say. */
export const CTRL_D = '\x04'

/** What somebody types, each after the terminal has shown something. */
export type TerminalSteps = readonly (readonly [shown: string, typed: string])[]

/** Options of {@link runOnTerminal}. */
export interface TerminalOptions {
  /** Width of the terminal; 80 unless given. */
  readonly columns?: number
  readonly steps?: TerminalSteps
  readonly env?: Readonly<Record<string, string>>
}

/** What a run on a terminal came to. */
export interface TerminalResult {
  readonly exitCode: number | null
  /** Every byte that the terminal got. */
  readonly output: string
}

/** Runs the command line of a shell on a terminal. Needs python3. */
export async function runOnTerminal(
  shell: Shell,
  words: readonly string[],
  { columns = 80, steps = [], env = {} }: TerminalOptions = {},
): Promise<TerminalResult> {
  const quoted = ['python3', PROGRAM, String(columns), JSON.stringify(steps)].map(quote).join(' ')
  const settings = Object.entries({ TERM: 'xterm', ...env }).map(([name, value]) => `${name}=${quote(value)}`)
  const script = `env -u CI -u NO_COLOR -u FORCE_COLOR ${settings.join(' ')} ${quoted} $TOOL ${words.map(quote).join(' ')}`
  const { exitCode, stdout } = await shell.bash(script)
  return { exitCode, output: new TextDecoder().decode(stdout) }
}

/**
 * The lines that a terminal shows after all it got: carriage returns go to the start of a line, and `ESC [K` or `ESC [2K`
 * erase. Lines are not wrapped, so one that is too long is seen as such.
 *
 * @param onLine sees each state of the last line.
 */
export function screenOf(output: string, onLine: (line: string) => void = () => {}): readonly string[] {
  const lines = ['']
  let column = 0
  for (const [token] of output.matchAll(/\x1b\[[0-9;?]*[A-Za-z]|[\s\S]/gu)) {
    const line = lines.at(-1) ?? ''
    if (token === '\r') column = 0
    else if (token === '\n') lines.push('')
    else if (token === '\x1b[2K') lines.splice(-1, 1, ' '.repeat(column))
    else if (token === '\x1b[K') lines.splice(-1, 1, line.slice(0, column))
    else if (!token.startsWith('\x1b')) {
      lines.splice(-1, 1, line.slice(0, column).padEnd(column) + token + line.slice(column + 1))
      column += 1
    }
    onLine((lines.at(-1) ?? '').trimEnd())
  }
  return lines.map((line) => line.trimEnd())
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}
