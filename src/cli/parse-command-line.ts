import { type CommandGroup, isCommand, isGroup } from './command-tree.ts'
import { findCommand } from './find-command.ts'
import type { Invocation, Words } from './invocation.ts'
import { parsePlainLine } from './parse-plain-line.ts'

/**
 * Finds the command in a line and parses what stands behind it. Only that command's module is loaded, and commander only
 * for a line that needs it.
 *
 * @throws {UsageError} `COMMAND_LINE_INVALID`
 */
export async function parseCommandLine(argv: Words, root: CommandGroup, programName: string): Promise<Invocation> {
  const { words, node, rest } = findCommand(spellOutNoColor(argv), root)
  const subject = isGroup(node) ? node : (await node()).command
  const plain = isCommand(subject) ? parsePlainLine(subject, rest) : undefined
  if (plain) return plain
  const { parseWithCommander } = await import('./program.ts')
  return parseWithCommander(subject, { words, rest, programName })
}

/** `--no-color` is how other programs write it; for us it is a choice like the others. */
function spellOutNoColor(argv: Words): Words {
  const optionsEnd = argv.indexOf('--')
  return argv.map((word, index) =>
    word === '--no-color' && (optionsEnd === -1 || index < optionsEnd) ? '--color=never' : word,
  )
}
