import { redactUrl } from '../../../formats/url/index.ts'
import type * as types from '../model/types.ts'
import type { ResourceFacts, ResourceReading } from '../resource/read-resource.ts'
import { type Outcome, outcome } from './outcome.ts'
import { type StepBase, stepBase } from './step.ts'

/** A tang server that helps to unlock a volume. */
export interface TangServer {
  /** Without user info and query. */
  readonly url: string
  readonly thumbprint: string
  /** Whether its advertisement has to be fetched from the server. */
  readonly needsNetwork: boolean
}

/** A volume that is encrypted and opened. */
export interface LuksStep extends StepBase {
  readonly kind: 'luks'
  readonly name: string
  readonly device: string
  readonly label: string | undefined
  readonly uuid: string | undefined
  readonly wipeVolume: boolean
  readonly discard: boolean
  readonly options: readonly string[]
  readonly openOptions: readonly string[]
  /** `generated` for a random key, `given` for one that the config names, `cex` for a secure key of IBM Z. */
  readonly key: 'generated' | 'given' | 'cex'
  /** What the config says about a given key. */
  readonly keyFile: ResourceFacts | undefined
  /** The pins that unlock the volume, of which `threshold` are needed; `undefined` when a key file does. */
  readonly clevis: ClevisBinding | undefined
  /** Whether making it needs the network. */
  readonly needsNetwork: boolean
}

/** How a volume unlocks itself. */
export interface ClevisBinding {
  /** `undefined` with a custom pin. */
  readonly threshold: types.Integer | undefined
  readonly tpm2: boolean
  readonly tang: readonly TangServer[]
  /** Name of a custom pin, whose config is not shown. */
  readonly customPin: string | undefined
}

/** The volumes in the order of the config. */
export function planLuks(
  luks: readonly types.Luks[],
  reading: (resource: types.Resource) => ResourceReading | undefined,
): readonly LuksStep[] {
  return luks.map((volume) => {
    const keyFile = hasKeyFile(volume) && volume.keyFile ? reading(volume.keyFile) : undefined
    const { wipeVolume = false } = volume
    return {
      kind: 'luks',
      name: volume.name,
      device: volume.device ?? '',
      label: volume.label || undefined,
      uuid: volume.uuid || undefined,
      wipeVolume,
      discard: volume.discard ?? false,
      options: volume.options ?? [],
      openOptions: volume.openOptions ?? [],
      key: volume.cex?.enabled ? 'cex' : hasKeyFile(volume) ? 'given' : 'generated',
      keyFile: keyFile?.facts,
      clevis: usesClevis(volume) ? describeClevis(volume.clevis ?? {}) : undefined,
      needsNetwork: needsNetwork(volume),
      ...stepBase('disks', {
        outcomes: wipeVolume ? [] : luksOutcomes(volume),
        isDestructive: wipeVolume,
        failures: keyFile?.failures ?? [],
        notes: [
          ...(keyFile?.notes ?? []),
          ...(usesClevis(volume) && !hasKeyFile(volume) ? ['the generated key is removed again'] : []),
        ],
      }),
    }
  })
}

/** Whether a volume unlocks itself rather than with a key in a file. */
export function usesClevis({ clevis }: types.Luks): boolean {
  if (!clevis) return false
  const { tang = [], tpm2 = false, threshold = 0, custom } = clevis
  return tang.length > 0 || tpm2 || Number(threshold) !== 0 || (custom?.pin ?? '') !== ''
}

/** Whether unlocking needs the network, at this boot and at later ones. */
export function unlocksOverNetwork({ clevis }: types.Luks): boolean {
  return (clevis?.tang ?? []).length > 0 || clevis?.custom?.needsNetwork === true
}

function needsNetwork({ clevis }: types.Luks): boolean {
  const hasUnknownServer = (clevis?.tang ?? []).some(({ advertisement = '' }) => advertisement === '')
  return hasUnknownServer || clevis?.custom?.needsNetwork === true
}

function hasKeyFile({ keyFile }: types.Luks): boolean {
  return (keyFile?.source ?? '') !== ''
}

function describeClevis({ tang = [], tpm2 = false, threshold, custom }: types.Clevis): ClevisBinding {
  const customPin = custom?.pin || undefined
  return {
    threshold: customPin === undefined ? (Number(threshold ?? 0) === 0 ? 1 : threshold) : undefined,
    tpm2,
    tang: tang.map(({ url, thumbprint = '', advertisement = '' }) => ({
      url: redactUrl(url),
      thumbprint,
      needsNetwork: advertisement === '',
    })),
    customPin,
  }
}

function luksOutcomes(volume: types.Luks): readonly Outcome[] {
  const blank = outcome('device-blank', 'create')
  if (usesClevis(volume) || !hasKeyFile(volume)) {
    return [blank, outcome('device-filled', 'fail', 'anything')]
  }
  const alike = 'a LUKS2 volume with this label, uuid and discard setting, which the key opens,'
  return [blank, outcome('device-alike', 'keep', alike), outcome('device-other', 'fail')]
}
