import { encodeUtf8, equalBytes } from '../../bytes/index.ts'
import {
  formatIgnition,
  type IgnitionConfig,
  ignitionErrorOf,
  parseIgnition,
  trimCertificates,
  validateIgnition,
} from '../../coreos/index.ts'
import { UsageError } from '../../errors.ts'
import { type CustomizationChecks, labelOf, type NamedInput } from './customization.ts'

/** A config or a bundle of certificates that is used once, however often it was given. */
export interface UsedInput {
  readonly input: NamedInput
  /** The bytes to embed. */
  readonly bytes: Uint8Array
}

/** An Ignition config to embed. */
export interface UsedConfig extends UsedInput {
  /** `undefined` when the text could not be understood, and did not have to. */
  readonly config: IgnitionConfig | undefined
}

/** What is left of a list of inputs. */
export interface DistinctInputs<Used extends UsedInput> {
  readonly used: readonly Used[]
  /** Inputs that say what an earlier one says. */
  readonly repeats: readonly { readonly input: NamedInput; readonly earlier: NamedInput }[]
}

/**
 * Reads Ignition configs, and writes each one anew: its keys in order and those that mean nothing left out, so that the same
 * config is the same bytes. Ignition would refuse a config that is merged twice.
 *
 * @throws {FormatError} `IGNITION_INVALID`
 */
export function readConfigInputs(
  inputs: readonly NamedInput[],
  checks: CustomizationChecks,
): DistinctInputs<UsedConfig> {
  return distinct(
    inputs.map((input) => {
      const { config, findings } = checks === 'all' ? validateIgnition(input.bytes) : parseIgnition(input.bytes)
      const error = ignitionErrorOf(findings, input.bytes, labelOf(input))
      if (error && checks !== 'none') throw error
      return { input, config, bytes: config ? encodeUtf8(formatIgnition(config)) : input.bytes }
    }),
  )
}

/**
 * Reads bundles of certificates.
 *
 * @throws {UsageError} `CUSTOMIZATION_INVALID` for one that has no certificate, or that Ignition could not read.
 */
export function readCertificateInputs(inputs: readonly NamedInput[]): DistinctInputs<UsedInput> {
  return distinct(inputs.map((input) => ({ input, bytes: readCertificates(input) })))
}

/** Leaves out what says the same as an earlier input. */
export function distinct<Used extends UsedInput>(all: readonly Used[]): DistinctInputs<Used> {
  const used: Used[] = []
  const repeats: { input: NamedInput; earlier: NamedInput }[] = []
  for (const candidate of all) {
    const earlier = used.find(({ bytes }) => equalBytes(bytes, candidate.bytes))
    if (earlier) repeats.push({ input: candidate.input, earlier: earlier.input })
    else used.push(candidate)
  }
  return { used, repeats }
}

function readCertificates(input: NamedInput): Uint8Array {
  try {
    return trimCertificates(input.bytes)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const message = `Cannot use the certificates of ${labelOf(input)}: ${error.message}`
    throw new UsageError('CUSTOMIZATION_INVALID', message, error.hint ? { hint: error.hint } : {})
  }
}
