import { encodeUtf8 } from '../bytes/index.ts'
import { UsageError } from '../errors.ts'
import { writeToStdout } from '../node/index.ts'
import type { CommandOutcome, Presentation } from './command.ts'
import type { CommandGroup } from './command-tree.ts'
import type { CommandContext, Host, Input, Persona } from './context.ts'
import { EXIT_CODES, type ExitCode } from './exit-codes.ts'
import type { CommandCall } from './invocation.ts'
import type { Messages } from './messages.ts'
import { createPaint } from './paint.ts'
import { printable } from './printable.ts'
import type { ProgressDisplay } from './progress.ts'

/** More than anybody answers. */
const MAX_ANSWER_LENGTH = 1000

/** What stands around a command that runs. */
export interface Surroundings {
  readonly root: CommandGroup
  readonly host: Host
  readonly persona: Persona
  readonly messages: Messages
  readonly progress: ProgressDisplay
}

/** Runs a command and prints its result: as JSON or in words, on stdout unless the command has taken that for data. */
export async function runCommand(
  { command, values, globals }: CommandCall,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { root, host, persona, messages, progress } = surroundings
  let isStdoutTaken = false
  const context: CommandContext = {
    signal: host.signal,
    onProgress: progress.onProgress,
    persona,
    programName: persona,
    json: globals.json,
    fastPaths: host.env['ISOKIT_FAST_PATHS'] !== 'off',
    env: host.env,
    root,
    stdin: host.stdin,
    takeStdout() {
      if (host.stdout.isTerminal) throw binaryToTerminal()
      isStdoutTaken = true
      return host.stdout.descriptor
    },
    async printLine(text) {
      progress.clear()
      if (globals.json) messages.note(text)
      else await print(text)
    },
    async ask(question) {
      if (!host.stdin.isTerminal || !host.stderr.isTerminal) return undefined
      progress.clear()
      host.stderr.write(printable(question))
      let line: string | undefined
      try {
        line = await readLine(host.stdin)
      } finally {
        if (line === undefined) host.stderr.write('\n') // what comes next does not stand behind the question
      }
      return line ?? ''
    },
    paint: createPaint(globals.color, host.stdout, host.env),
    note: messages.note,
    warn: messages.warn,
    report(value, word) {
      progress.finish() // how far it came stands before what came of it
      messages.report(value, word)
    },
  }

  let outcome: CommandOutcome
  try {
    outcome = await command.execute(values, context)
  } finally {
    progress.finish()
  }
  // On stderr, each JSON object is one line.
  const isSilent = command.isAction && (globals.quiet || persona === 'coreos-installer')
  if (globals.json) await print(JSON.stringify(outcome.toJson() ?? null, undefined, isStdoutTaken ? 0 : 2))
  else if (!isSilent) await print(outcome.present())
  return outcome.hasFailed ? EXIT_CODES.failed : EXIT_CODES.done

  async function print(presentation: Presentation): Promise<void> {
    if (presentation === undefined) return
    const text = typeof presentation === 'string' ? presentation.replace(/\n?$/, '\n') : ''
    if (isStdoutTaken) host.stderr.write(printable(text))
    else if (text !== '' && host.stdout.isTerminal) {
      await writeToStdout(encodeUtf8(printable(text)), { descriptor: host.stdout.descriptor, signal: host.signal })
    } else {
      const bytes = typeof presentation === 'string' ? encodeUtf8(text) : presentation
      await writeToStdout(bytes, { descriptor: host.stdout.descriptor, signal: host.signal })
    }
  }
}

/** The next line of what is typed, trimmed; `undefined` when it ends without one. */
async function readLine(stdin: Input): Promise<string | undefined> {
  const reader = stdin.reader()
  try {
    let text = ''
    for (let bytes = await reader.takeSome(); bytes; bytes = await reader.takeSome()) {
      text += new TextDecoder().decode(bytes)
      if (text.includes('\n') || text.length > MAX_ANSWER_LENGTH) break
    }
    return text.includes('\n') ? text.replace(/\n.*$/s, '').trim() : undefined
  } finally {
    await reader.close() // otherwise the terminal keeps the process from exiting
  }
}

function binaryToTerminal(): UsageError {
  return new UsageError('STDOUT_IS_TERMINAL', 'Cannot write binary data to standard output: it is a terminal', {
    hint: 'Redirect the output to a file or a pipe, or name a file with -o',
  })
}
