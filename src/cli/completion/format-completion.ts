import type { CommandGroup } from '../command-tree.ts'
import { formatBash } from './bash.ts'
import { type CompletionPlace, completionPlaces } from './completion-model.ts'
import { formatFish } from './fish.ts'
import { formatZsh } from './zsh.ts'

/** Shells that there are scripts for. */
export const COMPLETION_SHELLS = ['bash', 'zsh', 'fish'] as const

/** One of {@link COMPLETION_SHELLS}. */
export type CompletionShell = (typeof COMPLETION_SHELLS)[number]

const FORMATTERS: Readonly<
  Record<CompletionShell, (programName: string, places: readonly CompletionPlace[]) => string>
> = {
  bash: formatBash,
  zsh: formatZsh,
  fish: formatFish,
}

/** The script that completes `programName` in a shell. Loads all commands of the tree. */
export async function formatCompletion(
  shell: CompletionShell,
  programName: string,
  root: CommandGroup,
): Promise<string> {
  return FORMATTERS[shell](programName, await completionPlaces(root))
}
