import type * as types from '../model/types.ts'
import { outcome } from './outcome.ts'
import { unlocksOverNetwork, usesClevis } from './plan-luks.ts'
import { type StepBase, stepBase } from './step.ts'

/** A line of the crypttab for an encrypted volume. */
export interface CrypttabLine {
  readonly name: string
  /** The UUID of the volume; `undefined` when it is only known once the volume is there. */
  readonly uuid: string | undefined
  /** The path of its key, or `none`. */
  readonly keyFile: string
  readonly options: string
}

/** The file that tells later boots how to open encrypted volumes. */
export interface CrypttabStep extends StepBase {
  readonly kind: 'crypttab'
  readonly path: string
  readonly mode: string
  readonly lines: readonly CrypttabLine[]
}

/** The key of an encrypted volume, kept for later boots. */
export interface KeyFileStep extends StepBase {
  readonly kind: 'key-file'
  readonly path: string
  readonly mode: string
}

/** The file that tells when and how the machine was provisioned. */
export interface ResultStep extends StepBase {
  readonly kind: 'result'
  readonly path: string
  readonly mode: string
}

/** All that was written gets the labels of the target's SELinux policy. */
export interface RelabelStep extends StepBase {
  readonly kind: 'relabel'
}

const PRIVATE_MODE = '0600'

/** What is written when everything else is. */
export function planExtras(
  luks: readonly types.Luks[],
): readonly (CrypttabStep | KeyFileStep | ResultStep | RelabelStep)[] {
  const lines = luks.map(crypttabLine)
  return [
    ...(lines.length > 0
      ? [{ kind: 'crypttab', path: '/etc/crypttab', mode: PRIVATE_MODE, lines, ...stepBase('files') } as const]
      : []),
    ...lines.flatMap(({ keyFile }): readonly KeyFileStep[] =>
      keyFile === NO_KEY_FILE ? [] : [{ kind: 'key-file', path: keyFile, mode: PRIVATE_MODE, ...stepBase('files') }],
    ),
    { kind: 'result', path: '/etc/.ignition-result.json', mode: PRIVATE_MODE, ...stepBase('files') },
    {
      kind: 'relabel',
      ...stepBase('files', {
        outcomes: [outcome('selinux-policy', 'change'), outcome('no-selinux-policy', 'nothing')],
      }),
    },
  ]
}

const NO_KEY_FILE = 'none'

function crypttabLine(volume: types.Luks): CrypttabLine {
  return {
    name: volume.name,
    uuid: volume.uuid || undefined,
    keyFile: usesClevis(volume) ? NO_KEY_FILE : `/etc/luks/${volume.name}`,
    options: unlocksOverNetwork(volume) ? 'luks,_netdev' : 'luks',
  }
}
