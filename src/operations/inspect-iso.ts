import {
  currentKargs,
  type EmbedArea,
  type EmbedAreaContent,
  type Features,
  IGNITION_CONFIG_PATH,
  type IgnitionSummary,
  type ImageIdentity,
  identifyImage,
  ignitionConfigOf,
  isKeyfilePath,
  type KargsArea,
  type KeyfileSummary,
  keyfilesOf,
  type LiveIso,
  summarizeIgnition,
  summarizeKeyfile,
} from '../coreos/index.ts'
import { IsokitError } from '../errors.ts'
import { type HybridLayout, readHybridLayout } from '../formats/gpt/index.ts'
import { type ElTorito, isSystemAreaBlank, readElTorito } from '../formats/iso9660/index.ts'
import { type CodecOptions, readCustomizations } from './read-customizations.ts'

/** Options of {@link inspectIso}. */
export interface InspectOptions extends CodecOptions {
  /** Include the Ignition config and the keyfiles as texts; they may hold passwords and keys. */
  readonly showSecrets?: boolean
}

/** An area's place and how full it is. */
export interface AreaUsage {
  /** The file that holds the area; `undefined` when nothing names it. */
  readonly path: string | undefined
  readonly offset: number
  readonly byteLength: number
  readonly usedByteLength: number
  readonly freeByteLength: number
}

/** Everything about a live ISO that can be customized, and how it is. */
export interface IsoInspection extends ImageIdentity {
  readonly image: string
  readonly byteLength: number
  /** The El Torito boot catalog; `undefined` when the image has none. */
  readonly elTorito: ElTorito | undefined
  /** The partition tables that make the image boot from a USB disk; `undefined` when there are none. */
  readonly hybrid: HybridLayout | undefined
  /** Whether the first 32768 bytes hold nothing: no boot code, partition table or header. */
  readonly isSystemAreaBlank: boolean
  readonly embedArea: AreaUsage & Pick<EmbedArea, 'foundBy'>
  /** `undefined` for images without kernel-argument areas. */
  readonly kargs: KargsInspection | undefined
  readonly features: Features
  /** `undefined` when no config is embedded. */
  readonly ignition: IgnitionSummary | undefined
  readonly keyfiles: readonly KeyfileSummary[]
  /** Members of the embed area that are neither. */
  readonly otherMembers: readonly string[]
  /** Whether anything differs from the image as it was published. */
  readonly isCustomized: boolean
  /** What is wrong with the image, as sentences. */
  readonly problems: readonly string[]
  /** The secrets; only when they were asked for. */
  readonly secrets?: { readonly ignition: string | undefined; readonly keyfiles: Readonly<Record<string, string>> }
}

/** The kernel arguments and the areas that hold them. */
export interface KargsInspection {
  readonly foundBy: 'kargs.json' | 'header'
  readonly default: string
  /** `undefined` when the areas disagree: see each area. */
  readonly current: string | undefined
  readonly areas: readonly (AreaUsage & Pick<KargsArea, 'kargs'>)[]
}

/**
 * Looks at a live ISO. Damage in an area's contents becomes a problem in the answer; damage in what declares the areas has
 * been thrown by `readLiveIso` before.
 */
export async function inspectIso(live: LiveIso, options: InspectOptions): Promise<IsoInspection> {
  const problems: string[] = []
  const content = await attempt(() => readCustomizations(live, options), problems)
  const files = content?.files ?? []
  const config = ignitionConfigOf(files)
  const keyfiles = keyfilesOf(files)
  const kargs = await inspectKargs(live, problems)
  const elTorito = await attempt(() => readElTorito(live.iso), problems)
  const hybrid = await attempt(() => readHybridLayout(live.iso.source), problems)
  problems.push(...(elTorito?.problems ?? []), ...(hybrid?.gpt?.problems ?? []))
  const { header, ...embedArea } = live.embedArea
  if (header && (header.offset !== embedArea.offset || header.byteLength !== embedArea.byteLength)) {
    problems.push(
      `The header in the system area places the embed area at offset ${header.offset} (${header.byteLength} bytes); it is not used`,
    )
  }
  return {
    image: live.name,
    byteLength: live.iso.source.byteLength,
    ...(await identifyImage(live, options)),
    elTorito,
    hybrid,
    isSystemAreaBlank: await isSystemAreaBlank(live.iso, { signal: options.signal }),
    embedArea: { ...usage(embedArea, embedArea.path, usedBytes(content, embedArea)), foundBy: embedArea.foundBy },
    kargs,
    features: live.features,
    ignition: config && (await summarizeIgnition(config, options)),
    keyfiles: keyfiles.map(summarizeKeyfile),
    otherMembers: files.map(({ path }) => path).filter((path) => path !== IGNITION_CONFIG_PATH && !isKeyfilePath(path)),
    isCustomized: content?.usedByteLength !== 0 || (kargs !== undefined && kargs.current !== kargs.default),
    problems,
    ...(options.showSecrets && {
      secrets: {
        ignition: config && new TextDecoder().decode(config),
        keyfiles: Object.fromEntries(keyfiles.map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)])),
      },
    }),
  }
}

/** How many bytes of the arguments' areas the current arguments take; one byte of each is the terminator's. */
export function kargsUsage(live: LiveIso): readonly (AreaUsage & Pick<KargsArea, 'kargs'>)[] {
  const encoder = new TextEncoder()
  return (live.kargs?.areas ?? []).map((area) => {
    const used = area.kargs === undefined ? area.byteLength : encoder.encode(area.kargs).byteLength + area.end.length
    return { ...usage(area, area.path, Math.min(used, area.byteLength)), kargs: area.kargs }
  })
}

async function inspectKargs(live: LiveIso, problems: string[]): Promise<KargsInspection | undefined> {
  const { kargs } = live
  if (!kargs) return undefined
  return {
    foundBy: kargs.foundBy,
    default: kargs.default,
    current: await attempt(async () => currentKargs(kargs, live.name), problems),
    areas: kargsUsage(live),
  }
}

function usedBytes(content: EmbedAreaContent | undefined, area: EmbedArea | Omit<EmbedArea, 'header'>): number {
  return content?.usedByteLength ?? area.byteLength
}

function usage(
  area: { readonly offset: number; readonly byteLength: number },
  path: string | undefined,
  usedByteLength: number,
): AreaUsage {
  const { offset, byteLength } = area
  return { path, offset, byteLength, usedByteLength, freeByteLength: byteLength - usedByteLength }
}

async function attempt<Value>(read: () => Promise<Value>, problems: string[]): Promise<Value | undefined> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof IsokitError)) throw error
    problems.push(error.message)
    return undefined
  }
}
