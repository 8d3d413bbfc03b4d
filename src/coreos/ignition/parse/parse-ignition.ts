import { type JsonFault, LineIndex, readJson } from '../../../formats/json/index.ts'
import { configSchema, type ObjectSchema } from '../model/schema.ts'
import type { IgnitionConfig } from '../model/types.ts'
import { readVersion, SPEC_VERSIONS, type SpecVersion } from '../model/versions.ts'
import type { IgnitionFinding } from '../validate/finding.ts'
import type { FindingKind } from '../validate/kinds.ts'
import { BEHIND_THE_END, ConfigText } from './config-text.ts'
import { decodeConfig, type TypeFault } from './decode-config.ts'
import { describeForeignText } from './describe-foreign-text.ts'

/** What a text turned out to be. */
export interface ParsedIgnition {
  /** The spec version that it names; `undefined` when none is known. */
  readonly version: SpecVersion | undefined
  /** The config, not yet validated; `undefined` when the text can't be decoded. */
  readonly config: IgnitionConfig | undefined
  /** Whether each key is exactly one that the version knows, and no `null` stands where an object belongs. */
  readonly isExact: boolean
  /** The text with the places of its values; `undefined` when it isn't JSON. */
  readonly text: ConfigText | undefined
  /** Why there is no config: at most one finding, as Ignition stops at the first. */
  readonly findings: readonly IgnitionFinding[]
}

const FAULT_KINDS = {
  syntax: 'json-syntax',
  eof: 'json-eof',
  depth: 'json-depth',
  size: 'config-too-large',
} as const satisfies Record<JsonFault['kind'], FindingKind>

/** All that is looked at before the version is known. */
const versionSchema: ObjectSchema = {
  name: 'config',
  fields: new Map([
    [
      'ignition',
      {
        type: 'object',
        schema: { name: 'ignition', fields: new Map([['version', { type: 'string', isPlain: 'always' }]]) },
      },
    ],
  ]),
}

/**
 * Parses an Ignition config of any 3.x spec version as Ignition does: the whole text has to be JSON, then the version is
 * looked at, then the text is decoded into the model of that version. The values are not validated.
 *
 * Numbers, keys, repeats and `null` follow Go's encoding/json.
 */
export function parseIgnition(bytes: Uint8Array): ParsedIgnition {
  if (bytes.byteLength === 0) {
    return stopped({ kind: 'empty-config', message: 'the config is empty', hint: 'Give an Ignition config in JSON' })
  }
  const { document, fault } = readJson(bytes)
  if (fault) return stopped(describeFault(bytes, fault))

  const text = new ConfigText(document)
  const heading = decodeConfig(document, versionSchema, '3.0.0')
  if (heading.fault) return stopped(describeTypeFault(text, heading.fault), text)
  const { version: versionText = '' } = (heading.value['ignition'] ?? {}) as { version?: string }
  const reading = readVersion(versionText)
  if (reading.status !== 'supported') return stopped(describeVersion(text, versionText), text)

  const { version } = reading
  const decoded = decodeConfig(document, configSchema, version)
  if (decoded.fault) return { ...stopped(describeTypeFault(text, decoded.fault), text), version }
  const config = decoded.value as unknown as IgnitionConfig
  // Ignition takes 03.3.0 for 3.3.0, and writes the latter
  return {
    version,
    config: { ...config, ignition: { ...config.ignition, version } },
    isExact: decoded.isExact,
    text,
    findings: [],
  }
}

type Stop = Pick<IgnitionFinding, 'kind' | 'message'> & Partial<IgnitionFinding>

function stopped(stop: Stop, text?: ConfigText): ParsedIgnition {
  const finding = { severity: 'error', path: undefined, position: undefined, span: undefined, ...stop } as const
  return { version: undefined, config: undefined, isExact: false, text, findings: [finding] }
}

function describeFault(bytes: Uint8Array, { kind, offset, problem, encoding }: JsonFault): Stop {
  const behind = offset + 1
  const isPastEnd = kind === 'eof' || behind >= bytes.byteLength
  const foreign = describeForeignText(bytes)
  return {
    kind: FAULT_KINDS[kind],
    position: isPastEnd ? BEHIND_THE_END : new LineIndex(bytes).positionAt(behind),
    span: { start: Math.min(offset, bytes.byteLength), end: Math.min(behind, bytes.byteLength) },
    message: foreign?.message ?? `this is not valid JSON: ${problem}`,
    hint: foreign?.hint ?? (encoding ? 'Save it as UTF-8 without a byte order mark' : 'Correct the JSON'),
  }
}

function describeTypeFault(text: ConfigText, { node, wanted }: TypeFault): Stop {
  const { position, span } = text.placeOfNode(node)
  const type = text.document.typeOf(node)
  const isContainer = type === 'object' || type === 'array'
  const found = {
    array: 'a list',
    object: 'an object',
    string: 'a string',
    number: 'a number',
    boolean: 'true or false',
  }
  return {
    kind: 'json-type',
    position: isContainer ? text.reportedPositionAt(span.end) : text.reportedPositionAt(text.document.endOf(node)),
    span: position && span,
    message: `${wanted} belongs here, not ${type === 'null' ? 'null' : found[type]}`,
    hint: `Write ${wanted} here`,
  }
}

function describeVersion(text: ConfigText, versionText: string): Stop {
  const known = SPEC_VERSIONS.slice(0, -1).join(', ')
  const hint = `Set ignition.version to one of ${known}`
  const node = text.find(['ignition', 'version'])
  const span = node === undefined ? undefined : text.placeOfNode(node).span
  const shown = JSON.stringify(versionText.slice(0, 40))
  const reading = readVersion(versionText)
  if (reading.status !== 'unsupported') {
    if (versionText !== '') {
      return { kind: 'version-invalid', span, message: `spec version ${shown} is not a version number`, hint }
    }
    const isSpec1 = text.find(['ignitionVersion']) !== undefined
    const message = isSpec1 ? 'spec 1 configs are not supported any more' : 'the config has no ignition.version'
    return { kind: 'version-invalid', span, message, hint }
  }
  const described = {
    older: { message: `spec version ${shown} is of an older generation`, hint: 'Rewrite the config for spec 3' },
    newer: { message: `spec version ${shown} is newer than isokit`, hint },
    experimental: { message: `spec version ${shown} was an experiment of other releases`, hint },
    other: { message: `spec version ${shown} does not exist`, hint },
  }
  return { kind: 'version-unsupported', span, ...described[reading.era] }
}
