import { installImage } from '../../node/index.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { confirmInstall } from '../install/confirm-install.ts'
import { INSTALL_OPTIONS } from '../install/options.ts'
import { type InstallOutcome, installationToJson, presentInstallation } from '../install/present-installation.ts'
import { describeSaved } from '../install/present-proposal.ts'
import { readRequest } from '../install/read-request.ts'
import { readSettings } from '../install/read-settings.ts'
import { SETTING_OPTIONS } from '../install/setting-options.ts'
import { type ProposalSummary, summarizeProposal } from '../install/summarize-proposal.ts'
import { targetStateToJson, wordTargetState } from '../install/target-state.ts'

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** `isokit install` */
export const command: Command = defineCommand({
  summary: 'Install an image on a disk, or make a file that is a disk',
  description:
    'Everything that can be refused is refused before the disk is touched. While the image is being written, the disk has a partition table with nothing but the saved partitions; it gets the one by which it boots after signature and checksums are right, everything written reads back as it should, and the boot partition has its config. A machine that loses power meanwhile does not boot half of a system.\n\nOn a terminal, it asks before it erases a disk.',
  examples: [
    { summary: 'The newest stable image, from the network', line: 'install /dev/sda -I https://example.com/node1.ign' },
    {
      summary: 'An image at hand, with a partition kept',
      line: 'install /dev/sda -f metal.raw.xz -i a.ign --save-partlabel data',
    },
    { summary: 'A disk for a virtual machine', line: 'install --to-file disk.raw --size 20G -f metal.raw.xz -i a.ign' },
  ],
  isAction: true,
  arguments: { destDevice: { summary: 'Disk to install on; its contents are lost', optional: true } },
  options: { ...SETTING_OPTIONS, ...INSTALL_OPTIONS },
  async run(values, context) {
    const { signal, note, warn, onProgress, report, json } = context
    const request = { ...(await readRequest(await readSettings(values, context), values, context)), hash: json }
    const outcome: Mutable<InstallOutcome> = {
      status: 'installed',
      proposal: undefined,
      result: undefined,
      sha256: undefined,
    }
    const installed = await installImage(request, {
      async approve(known) {
        const proposal = summarizeProposal(known, request.boot)
        outcome.proposal = proposal
        if (values.dryRun) outcome.status = 'planned'
        else if (!(await confirmInstall(proposal, values, context))) outcome.status = 'declined'
        else tellStart(proposal, note)
        return outcome.status === 'installed'
      },
      onNotice: warn,
      onProgress,
      onFailure: (failure) => report({ target: targetStateToJson(failure) }, () => `${wordTargetState(failure)}\n`),
      signal,
    })
    for (const notice of installed?.result.notices ?? []) warn(notice)
    if (installed && context.persona === 'coreos-installer') note('Install complete.')
    return { ...outcome, result: installed?.result, sha256: installed?.sha256 }
  },
  hasFailed: ({ status }) => status === 'declined',
  present: presentInstallation,
  toJson: installationToJson,
})

function tellStart({ image, target, savedPartitions }: ProposalSummary, note: CommandContext['note']): void {
  note(`Installing ${image.name} on ${target.path}`)
  for (const partition of savedPartitions) note(`Saving partition ${describeSaved(partition)}`)
}
