import type { ProvisioningStep } from '../../coreos/index.ts'
import type { StepText } from './step-text.ts'
import { wordGroup, wordUser } from './word-accounts.ts'
import { wordFetch } from './word-fetch.ts'
import { wordDisk, wordFilesystem, wordLuks, wordMount, wordPartition, wordRaid } from './word-storage.ts'
import { wordCrypttab, wordPresets, wordUnit } from './word-units.ts'

/** Words a step; of files, directories and links only the path, as a table shows them. */
export function wordStep(step: ProvisioningStep): StepText {
  switch (step.kind) {
    case 'fetch':
      return wordFetch(step)
    case 'render':
      return { line: 'all configs merged, and validated again' }
    case 'kernel-arguments':
      return {
        line: 'of the installed system',
        facts: [...step.shouldExist.map((each) => `+ ${each}`), ...step.shouldNotExist.map((each) => `- ${each}`)],
      }
    case 'disk':
      return wordDisk(step)
    case 'partition':
      return wordPartition(step)
    case 'raid':
      return wordRaid(step)
    case 'luks':
      return wordLuks(step)
    case 'filesystem':
      return wordFilesystem(step)
    case 'mount':
      return wordMount(step)
    case 'group':
      return wordGroup(step)
    case 'user':
      return wordUser(step)
    case 'directory':
    case 'file':
    case 'link':
      return { line: step.path }
    case 'unit':
      return wordUnit(step)
    case 'presets':
      return wordPresets(step)
    case 'crypttab':
      return wordCrypttab(step)
    case 'key-file':
      return { line: `${step.path} (${step.mode}): the key of a volume` }
    case 'result':
      return { line: `${step.path} (${step.mode}): when and how the machine was provisioned` }
    case 'relabel':
      return { line: 'all that was written is labelled, if the target has an SELinux policy' }
    case 'unmount':
      return { line: 'unmounted, the deepest first', facts: step.paths }
  }
}
