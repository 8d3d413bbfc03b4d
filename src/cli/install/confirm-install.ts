import type { CommandContext } from '../context.ts'
import { oneLine } from '../one-line.ts'
import { presentProposal } from './present-proposal.ts'
import type { ProposalSummary } from './summarize-proposal.ts'

const ANSWER = 'yes'

/**
 * Asks a person whether a disk may be erased, and shows what is on it. Nobody is asked where nobody is there, about a new
 * file, or under the name `coreos-installer`, which never asks.
 *
 * @returns whether to go on.
 */
export async function confirmInstall(
  proposal: ProposalSummary,
  { yes }: { readonly yes: boolean },
  { persona, ask }: CommandContext,
): Promise<boolean> {
  const { target, savedPartitions } = proposal
  if (yes || target.kind === 'file' || persona === 'coreos-installer') return true
  const rest = savedPartitions.length === 0 ? 'Everything' : 'Everything but the saved partitions'
  const question = `${rest} on ${oneLine(target.path)} will be lost. Type ${ANSWER} to go on: `
  const answer = await ask(`${presentProposal(proposal)}\n${question}`)
  return answer === undefined || answer === ANSWER
}
