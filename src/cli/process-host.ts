import { writeSync } from 'node:fs'
import { isTerminal, readStdin, STDERR, STDIN, STDOUT, stdinReader } from '../node/index.ts'
import type { Host } from './context.ts'
import { EXIT_CODES } from './exit-codes.ts'

/**
 * One interruption may arrive as several signals: npx passes on the SIGINT that the terminal has sent already, and a shell
 * whose terminal is closed the SIGHUP.
 */
const ECHO_MS = 500

/**
 * The process itself as a host. The first SIGINT, SIGTERM or SIGHUP aborts its signal. The next ends the process, when it
 * comes late enough to be meant.
 */
export function processHost(): Host {
  const controller = new AbortController()
  let interruptedMs: number | undefined
  function interrupt(): void {
    const nowMs = process.uptime() * 1000
    interruptedMs ??= nowMs
    controller.abort() // nothing when it has before
    if (nowMs - interruptedMs > ECHO_MS) process.exit(EXIT_CODES.interrupted)
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, interrupt)
  const { signal } = controller
  return {
    programPath: process.argv[1] ?? '',
    env: process.env,
    signal,
    stdin: {
      get isTerminal() {
        return isTerminal(STDIN)
      },
      reader: () => stdinReader({ signal }),
      read: (options) => readStdin({ signal, ...options }),
    },
    stdout: {
      descriptor: STDOUT,
      get isTerminal() {
        return isTerminal(STDOUT)
      },
    },
    stderr: {
      get isTerminal() {
        return isTerminal(STDERR)
      },
      get columns() {
        return process.stderr.columns
      },
      write: writeMessage,
    },
  }
}

/** Writes at once, so that messages and progress keep their order whatever happens next. */
function writeMessage(text: string): void {
  const bytes = new TextEncoder().encode(text)
  let offset = 0
  while (offset < bytes.byteLength) {
    try {
      offset += writeSync(STDERR, bytes, offset)
    } catch (error) {
      const isBusy = error instanceof Error && 'code' in error && error.code === 'EAGAIN'
      if (!isBusy) return // nobody is there to be told
    }
  }
}
