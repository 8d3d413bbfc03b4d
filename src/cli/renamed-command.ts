import type { Command } from './command.ts'

/** The command under a name that it had before: it works, tells the new name, and help does not show it. */
export function renamedCommand(
  command: Command,
  { from, to }: { readonly from: string; readonly to: string },
): Command {
  return {
    ...command,
    summary: `${command.summary} (deprecated)`,
    hidden: true,
    execute(values, context) {
      context.note(`\`${from}\` is deprecated; use \`${to}\``)
      return command.execute(values, context)
    },
  }
}
