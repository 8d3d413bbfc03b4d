import { createHash } from 'node:crypto'
import {
  formatIgnitionFinding,
  type InstallerConfig,
  ignitionErrorOf,
  isButane,
  parseIgnition,
  reviewIgnition,
} from '../../coreos/index.ts'
import { FormatError } from '../../errors.ts'
import { parseChecksum } from '../../formats/checksum/index.ts'
import { redactUrl } from '../../formats/url/index.ts'
import { fetchSmall, type HttpOptions } from '../../node/index.ts'
import { checkIgnitionUrl } from '../../operations/index.ts'
import type { CommandContext } from '../context.ts'
import { type IgnitionInput, MAX_CONFIG_BYTE_LENGTH, readIgnitionInput } from '../ignition/read-ignition-input.ts'
import { MAX_TOLD_COUNT, tellFindings } from '../ignition/tell-findings.ts'

/** How an Ignition config is got and judged. */
export interface ReadIgnitionOptions {
  readonly http: HttpOptions
  /** Take it whatever it says, as long as it is JSON or Butane. */
  readonly noValidate: boolean
}

/**
 * Reads the Ignition config for the installed system, and refuses what would only fail at its first boot. Under the name
 * `coreos-installer`, which takes any JSON and Butane, findings are warnings.
 *
 * @returns `undefined` when none is asked for.
 * @throws {FormatError} `CHECKSUM_MISMATCH`, `IGNITION_INVALID`
 * @throws {UsageError} `URL_INSECURE`, `URL_INVALID`
 */
export async function readInstallIgnition(
  config: InstallerConfig,
  context: CommandContext,
  options: ReadIgnitionOptions,
): Promise<IgnitionInput | undefined> {
  const hash = config['ignition-hash']
  const input = await readInput(config, context, options)
  if (!input) {
    if (hash !== undefined) context.warn('--ignition-hash does nothing without an Ignition config')
    return undefined
  }
  if (hash !== undefined) checkHash(input, hash)
  await checkConfig(input, context, options)
  return input
}

async function readInput(
  config: InstallerConfig,
  context: CommandContext,
  { http }: ReadIgnitionOptions,
): Promise<IgnitionInput | undefined> {
  const path = config['ignition-file']
  if (path !== undefined) return await readIgnitionInput(path, context)
  const url = config['ignition-url']
  if (url === undefined) return undefined
  checkIgnitionUrl(url, {
    hasHash: config['ignition-hash'] !== undefined,
    isInsecure: config['insecure-ignition'] ?? false,
  })
  return { name: redactUrl(url), bytes: await fetchSmall(url, { ...http, maxByteLength: MAX_CONFIG_BYTE_LENGTH }) }
}

function checkHash({ name, bytes }: IgnitionInput, text: string): void {
  const expected = parseChecksum(text, { separator: '-' })
  const digest = createHash(expected.algorithm).update(bytes).digest('hex')
  if (digest === expected.digest) return
  throw new FormatError(
    'CHECKSUM_MISMATCH',
    `${name} has the ${expected.algorithm} ${digest}, but --ignition-hash says ${expected.digest}`,
    { hint: 'Find out who changed the config, or give its new digest' },
  )
}

async function checkConfig(
  input: IgnitionInput,
  context: CommandContext,
  { noValidate }: ReadIgnitionOptions,
): Promise<void> {
  const { name, bytes } = input
  const { text, findings: faults } = parseIgnition(bytes)
  const isOpaque = noValidate || context.persona === 'coreos-installer'
  if (!text && isOpaque && isButane(bytes)) {
    context.warn(`${name} is Butane, and goes to the disk as it is: only the newest versions of Ignition read it`)
    return
  }
  if (!text) throw ignitionErrorOf(faults, bytes, name) // a page that says that something was not found, for instance
  if (noValidate) return
  const { findings } = reviewIgnition(bytes, { advice: 'boot-failures' })
  if (context.persona === 'coreos-installer') {
    for (const finding of findings.slice(0, MAX_TOLD_COUNT)) context.warn(formatIgnitionFinding(finding, bytes, name))
    return
  }
  await tellFindings(findings, input, context)
  const error = ignitionErrorOf(findings, bytes, name)
  if (error) throw error
}
