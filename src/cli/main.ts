import { encodeUtf8 } from '../bytes/index.ts'
import { IsokitError, UsageError } from '../errors.ts'
import { firstFailure, writeToStdout } from '../node/index.ts'
import type { CommandGroup } from './command-tree.ts'
import { rootGroup } from './commands/index.ts'
import type { Host, Persona } from './context.ts'
import { EXIT_CODES, type ExitCode } from './exit-codes.ts'
import { guessMessageChoices } from './global-options.ts'
import type { Invocation } from './invocation.ts'
import { createMessages, type Messages } from './messages.ts'
import { parseCommandLine } from './parse-command-line.ts'
import { createProgressDisplay } from './progress.ts'
import { runCommand } from './run-command.ts'

/**
 * Runs one command line and gives the exit code. The only place that makes exit codes of errors.
 *
 * @param argv The words behind the program's name.
 */
export async function main(argv: readonly string[], host: Host, root: CommandGroup = rootGroup): Promise<ExitCode> {
  const calledName = calledNameOf(host.programPath)
  const persona: Persona = calledName === 'coreos-installer' ? calledName : 'isokit'
  let messages = createMessages(host, guessMessageChoices(argv))
  try {
    if (calledName === 'ignition-validate') {
      const { runIgnitionValidate } = await import('./ignition/ignition-validate.ts')
      return await runIgnitionValidate(argv, host)
    }
    const invocation = await parseCommandLine(argv, root, persona)
    if (invocation.kind === 'command-missing' && guessMessageChoices(argv).json)
      throw commandMissing(persona, invocation)
    if (invocation.kind !== 'run') return await printExplanation(invocation, host, persona)
    const progress = createProgressDisplay(invocation.globals, host.stderr)
    messages = createMessages(host, invocation.globals, progress.clear)
    return await runCommand(invocation, { root, host, persona, messages, progress })
  } catch (error) {
    return report(firstFailure(error), messages, { signal: host.signal, persona })
  }
}

/** The name decides what isokit stands in for, as with a symlink called `coreos-installer`. */
function calledNameOf(programPath: string): string {
  // Not with the i flag, for which V8 loads Unicode tables.
  return programPath
    .toLowerCase()
    .replace(/^.*[\\/]/s, '')
    .replace(/\.(?:js|ts|exe|cmd)$/, '')
}

/** Help and version cost nothing to those who don't ask. */
async function printExplanation(
  invocation: Exclude<Invocation, { kind: 'run' }>,
  host: Host,
  programName: string,
): Promise<ExitCode> {
  const { explain } = await import('./explain.ts')
  const text = await explain(invocation, programName)
  if (invocation.kind === 'command-missing') {
    host.stderr.write(text)
    return EXIT_CODES.wrongCall
  }
  await writeToStdout(encodeUtf8(text), { descriptor: host.stdout.descriptor, signal: host.signal })
  return EXIT_CODES.done
}

function commandMissing(programName: string, { words }: { readonly words: readonly string[] }): UsageError {
  const line = [programName, ...words].join(' ')
  return new UsageError('COMMAND_LINE_INVALID', `A command is missing behind '${line}'`, {
    hint: `Run '${line} -h' to see what there is`,
  })
}

function report(
  error: unknown,
  messages: Messages,
  { signal, persona }: { readonly signal: AbortSignal; readonly persona: Persona },
): ExitCode {
  if (signal.aborted && (error === signal.reason || (error instanceof Error && error.name === 'AbortError'))) {
    messages.interrupted()
    return EXIT_CODES.interrupted
  }
  if (!(error instanceof IsokitError)) {
    messages.bug(error)
    return EXIT_CODES.bug
  }
  if (error.code === 'OUTPUT_CLOSED') return EXIT_CODES.outputClosed
  messages.error(error)
  // coreos-installer calls wrong what its parser refuses, and no more.
  const isWrongCall = persona === 'isokit' ? error instanceof UsageError : error.code === 'COMMAND_LINE_INVALID'
  return isWrongCall ? EXIT_CODES.wrongCall : EXIT_CODES.failed
}
