import type { InstallResult } from '../../operations/index.ts'
import { formatSize } from '../format-size.ts'
import { oneLine } from '../one-line.ts'
import { describeSaved, presentProposal } from './present-proposal.ts'
import type { ProposalSummary } from './summarize-proposal.ts'

/** What came of the command. */
export interface InstallOutcome {
  readonly status: 'installed' | 'planned' | 'declined'
  readonly proposal: ProposalSummary | undefined
  readonly result: InstallResult | undefined
  /** Of the image as it arrived, where somebody wants to know. */
  readonly sha256: string | undefined
}

/** Words what came of it. */
export function presentInstallation({ status, proposal, result }: InstallOutcome): string | undefined {
  if (!proposal) return undefined
  if (status === 'planned') return presentProposal(proposal)
  const path = oneLine(proposal.target.path)
  if (!result) return `Nothing was written to ${path}`
  return [
    `Installed ${oneLine(proposal.image.name)} on ${path} (${formatSize(result.imageByteLength)})`,
    ...result.proofs.map((proof) => `  ${oneLine(proof)}`),
    ...proposal.savedPartitions.map((partition) => `  saved partition ${describeSaved(partition)}`),
    ...result.bootPaths.map((changed) => `  wrote ${oneLine(changed)} on the boot partition`),
  ].join('\n')
}

/** The same for programs. */
export function installationToJson({ status, proposal, result, sha256 }: InstallOutcome): object {
  return {
    status,
    ...proposal,
    proofs: result?.proofs ?? [],
    sha256: sha256 ?? null,
    writtenByteLength: result?.imageByteLength ?? null,
    bootPaths: result?.bootPaths ?? [],
    notices: result?.notices ?? [],
  }
}
