import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ByteReader } from '../../src/bytes/index.ts'
import type { CommandGroup } from '../../src/cli/command-tree.ts'
import { main } from '../../src/cli/main.ts'

/** What surrounds the command line in a test; everything may be left out. */
export interface MainOptions {
  /** The commands, in place of isokit's own. */
  readonly root?: CommandGroup
  /** The name that the program is called by; `isokit` unless given. */
  readonly programPath?: string
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: Uint8Array
  /** What a person types at and looks at. */
  readonly terminals?: readonly ('stdin' | 'stdout' | 'stderr')[]
  readonly signal?: AbortSignal
}

/** What a command line came to. */
export interface MainResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command line in this process, with a file in the place of stdout. */
export async function runMain(argv: readonly string[], options: MainOptions = {}): Promise<MainResult> {
  const { root, programPath = 'isokit', env = {}, stdin = new Uint8Array(), terminals = [], signal } = options
  const directory = mkdtempSync(join(tmpdir(), 'isokit-test-'))
  const stdoutPath = join(directory, 'stdout')
  const descriptor = openSync(stdoutPath, 'w+')
  let stderr = ''
  try {
    const host = {
      programPath,
      env,
      signal: signal ?? new AbortController().signal,
      stdin: {
        isTerminal: terminals.includes('stdin'),
        reader: () => new ByteReader([stdin], 'standard input'),
        read: async () => stdin,
      },
      stdout: { descriptor, isTerminal: terminals.includes('stdout') },
      stderr: {
        isTerminal: terminals.includes('stderr'),
        columns: undefined,
        write(text: string) {
          stderr += text
        },
      },
    }
    const exitCode = await main(argv, host, ...(root ? [root] : []))
    return { exitCode, stdout: readFileSync(stdoutPath, 'utf8'), stderr }
  } finally {
    closeSync(descriptor)
    rmSync(directory, { recursive: true, force: true })
  }
}
