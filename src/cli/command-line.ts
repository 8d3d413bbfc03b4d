import { EXIT_CODES, type ExitCode } from './exit-codes.ts'
import { guessMessageChoices } from './global-options.ts'
import { main } from './main.ts'
import { createMessages } from './messages.ts'
import { processHost } from './process-host.ts'

/** Runs this process's command line and gives the exit code. */
export async function runCommandLine(): Promise<ExitCode> {
  const argv = process.argv.slice(2)
  const host = processHost()
  // What nobody waited for is a bug as well. Node would print it together with a line of the bundle.
  process.on('uncaughtException', (error) => {
    createMessages(host, guessMessageChoices(argv)).bug(error)
    process.exit(EXIT_CODES.bug)
  })
  return main(argv, host)
}
