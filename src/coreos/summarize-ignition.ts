import { decodeUtf8 } from '../bytes/index.ts'
import type { Codecs } from '../formats/initrd/index.ts'
import { parseUrl, redactUrls } from '../formats/url/index.ts'
import { validateIgnition } from './ignition/index.ts'
import { readContents } from './ignition/resource/read-contents.ts'

/** The directory from which the live system's installer takes its configs. */
const INSTALLER_CONFIG_DIRECTORY = '/etc/coreos/installer.d/'

/** Configs inside configs are followed this deep, and unpacked up to this size. */
const MAX_MERGE_DEPTH = 4
const MAX_RESOURCE_BYTE_LENGTH = 16 * 1024 * 1024

/** What an Ignition config contains, without contents that may be secret. */
export interface IgnitionSummary {
  readonly byteLength: number
  /** `ignition.version`; `undefined` when the text is no Ignition config. */
  readonly version: string | undefined
  /** How many errors Ignition finds in it; with any, it refuses the config. */
  readonly errorCount: number
  /** How many warnings Ignition has about it. */
  readonly warningCount: number
  /** Paths of the files it writes. */
  readonly files: readonly string[]
  /** Names of the systemd units it sets up. */
  readonly units: readonly string[]
  /** Names of the users it sets up. */
  readonly users: readonly string[]
  /** Where the configs that it merges come from: `inline`, or a URL without credentials and query. */
  readonly merges: readonly string[]
  /** The configs that it carries inline, in order. */
  readonly inlineConfigs: readonly IgnitionSummary[]
  /** How many certificate authorities it adds. */
  readonly certificateAuthorityCount: number
  /** The installer configs that it writes to `/etc/coreos/installer.d`. */
  readonly installerConfigs: readonly InstallerConfigSummary[]
}

/** An installer config that an Ignition config writes. */
export interface InstallerConfigSummary {
  readonly path: string
  /** Its YAML text with the credentials of URLs removed; `undefined` when it isn't carried inline. */
  readonly text: string | undefined
}

/**
 * Summarizes an Ignition config. A text that is no config gives a summary without a version: inspecting an image should
 * show what is there.
 */
export async function summarizeIgnition(
  bytes: Uint8Array,
  options: { codecs: Codecs; signal?: AbortSignal | undefined },
  depth = 0,
): Promise<IgnitionSummary> {
  const config = parseLeniently(bytes)
  const version = at(config, 'ignition', 'version')
  const merges = list(at(config, 'ignition', 'config', 'merge'))
  const replace = at(config, 'ignition', 'config', 'replace')
  const resources = typeof at(replace, 'source') === 'string' ? [...merges, replace] : merges
  const inlineConfigs: IgnitionSummary[] = []
  for (const resource of depth < MAX_MERGE_DEPTH ? resources : []) {
    const contents = await readInline(resource, options)
    if (contents) inlineConfigs.push(await summarizeIgnition(contents, options, depth + 1))
  }
  const installerConfigs: InstallerConfigSummary[] = []
  for (const file of list(at(config, 'storage', 'files'))) {
    const path = at(file, 'path')
    if (typeof path !== 'string' || !path.startsWith(INSTALLER_CONFIG_DIRECTORY)) continue
    const contents = await readInline(at(file, 'contents'), options)
    installerConfigs.push({ path, text: contents && redactUrls(new TextDecoder().decode(contents)) })
  }
  const { findings } = validateIgnition(bytes)
  const errorCount = findings.filter(({ severity }) => severity === 'error').length
  return {
    byteLength: bytes.byteLength,
    version: typeof version === 'string' ? version : undefined,
    errorCount,
    warningCount: findings.length - errorCount,
    files: strings(list(at(config, 'storage', 'files')), 'path'),
    units: strings(list(at(config, 'systemd', 'units')), 'name'),
    users: strings(list(at(config, 'passwd', 'users')), 'name'),
    merges: resources.map((resource) => describeSource(at(resource, 'source'))),
    inlineConfigs,
    certificateAuthorityCount: list(at(config, 'ignition', 'security', 'tls', 'certificateAuthorities')).length,
    installerConfigs,
  }
}

/** The bytes of a resource with a data URL; `undefined` for any other, and for one that Ignition would refuse. */
async function readInline(
  resource: unknown,
  options: { codecs: Codecs; signal?: AbortSignal | undefined },
): Promise<Uint8Array | undefined> {
  const source = at(resource, 'source')
  const compression = at(resource, 'compression') ?? ''
  if (typeof source !== 'string' || parseUrl(source)?.scheme !== 'data') return undefined
  if (compression !== '' && compression !== 'gzip') return undefined
  return (await readContents(source, compression, { ...options, maxByteLength: MAX_RESOURCE_BYTE_LENGTH })).bytes
}

function describeSource(source: unknown): string {
  if (typeof source !== 'string') return 'nothing'
  return /^data:/i.test(source) ? 'inline' : redactUrls(source)
}

function parseLeniently(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(bytes, 'The Ignition config'))
  } catch {
    return undefined
  }
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  let current = value
  for (const key of keys) {
    if (typeof current !== 'object' || current === null) return undefined
    current = (current as Record<string, unknown>)[key]
  }
  return current
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function strings(values: readonly unknown[], key: string): readonly string[] {
  return values.map((value) => at(value, key)).filter((value) => typeof value === 'string')
}
