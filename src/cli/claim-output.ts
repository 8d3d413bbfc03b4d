import { checkOutput, leadsToStdout } from '../node/index.ts'
import type { CommandContext } from './context.ts'

/**
 * Finds out where an image goes, and refuses what can't be written, before any work: stdout for `-` and for paths that lead
 * there, a file else.
 *
 * @returns the descriptor of stdout, which is taken; `undefined` for a file.
 * @throws {UsageError} `STDOUT_IS_TERMINAL`
 * @throws {IoError} `OUTPUT_EXISTS` and the like.
 */
export async function claimOutput(
  output: string,
  { overwrite }: { readonly overwrite: boolean },
  context: CommandContext,
): Promise<number | undefined> {
  if (output === '-' || (await leadsToStdout(output))) return context.takeStdout()
  await checkOutput(output, { overwrite })
  return undefined
}
