import type { Features, IgnitionSummary, KeyfileSummary } from '../coreos/index.ts'
import type { AreaUsage, IsoInspection } from '../operations/index.ts'
import { countOf } from './count-of.ts'
import { formatSize } from './format-size.ts'

/** Words an inspection for people: one fact a line, the details of each under it. */
export function presentInspection(inspection: IsoInspection): string {
  const { image, byteLength, isCustomized, problems } = inspection
  const lines = [
    `${image} (${formatSize(byteLength)}, ${isCustomized ? 'customized' : 'as published'})`,
    ...identityLines(inspection),
    ...bootLines(inspection),
    `System area: ${inspection.isSystemAreaBlank ? 'blank' : 'in use'}`,
    `Embed area: ${describeArea(inspection.embedArea)}`,
    ...kargsLines(inspection),
    ...ignitionLines(inspection.ignition, ''),
    ...keyfileLines(inspection.keyfiles),
    ...listLines('Other embedded files', inspection.otherMembers),
    ...secretLines(inspection),
    ...listLines('Problems', problems),
  ]
  return lines.join('\n')
}

/** What an image can be customized with, in words. */
export function describeFeatures(features: Features): string {
  const supported = [
    features.liveInitrdNetwork && 'network keyfiles',
    features.installerConfig && 'installer configs',
    features.installerConfigDirectives.includes('console') && 'installed consoles',
  ].filter((feature) => feature !== false)
  return ['Ignition configs', ...supported].join(', ')
}

/** Network keyfiles, one a line. */
export function keyfileLines(keyfiles: readonly KeyfileSummary[]): readonly string[] {
  return listLines(
    'Network keyfiles',
    keyfiles.map(({ name, type, interfaceName, byteLength }) => {
      const facts = [type, interfaceName, `${byteLength} bytes`].filter((fact) => fact !== undefined)
      return `${name} (${facts.join(', ')})`
    }),
  )
}

function identityLines({
  os,
  version,
  architecture,
  volumeId,
  generation,
  features,
}: IsoInspection): readonly string[] {
  return [
    `Operating system: ${os ?? 'unknown'} ${version ?? ''}`.trimEnd(),
    `Architecture: ${architecture ?? 'unknown'}`,
    `Volume id: ${volumeId}`,
    `Generation: ${generation}`,
    `Can be customized with: ${describeFeatures(features)}`,
  ]
}

function bootLines({ elTorito, hybrid }: IsoInspection): readonly string[] {
  const entries = (elTorito?.entries ?? []).map(
    ({ platform, isBootable, offset }) =>
      `El Torito entry for ${platform}${isBootable ? '' : ' (not bootable)'} at offset ${offset}`,
  )
  const partitions = (hybrid?.gpt?.partitions ?? []).map(
    ({ name, extent }) => `GPT partition ${name}: ${extent.byteLength} bytes at offset ${extent.offset}`,
  )
  return listLines('Boots by', [...entries, ...partitions])
}

function kargsLines({ kargs }: IsoInspection): readonly string[] {
  if (!kargs) return ['Kernel arguments: this image has no areas for them']
  const current = kargs.current ?? '(the areas disagree)'
  return [
    `Kernel arguments: ${current}`,
    ...(kargs.current === kargs.default ? [] : [`  default: ${kargs.default}`]),
    ...kargs.areas.map(
      (area) => `  area: ${describeArea(area)}${kargs.current === undefined ? `: ${area.kargs}` : ''}`,
    ),
  ]
}

/** An Ignition config and those that it carries, indented below it. */
export function ignitionLines(summary: IgnitionSummary | undefined, indent: string): readonly string[] {
  if (!summary) return ['Ignition config: none']
  const heading = `${indent}Ignition config: ${summary.version ? `version ${summary.version}` : 'not readable'}, ${summary.byteLength} bytes, ${describeVerdict(summary)}`
  const certificates = summary.certificateAuthorityCount
  return [
    heading,
    ...listLines(`${indent}  files`, summary.files),
    ...listLines(`${indent}  units`, summary.units),
    ...listLines(`${indent}  users`, summary.users),
    ...listLines(`${indent}  merges`, summary.merges),
    ...(certificates > 0 ? [`${indent}  certificate authorities: ${certificates}`] : []),
    ...summary.installerConfigs.flatMap(({ path, text = '(not inline)' }) => [
      `${indent}  installer config ${path}:`,
      ...text
        .trimEnd()
        .split('\n')
        .map((line) => `${indent}    ${line}`),
    ]),
    ...summary.inlineConfigs.flatMap((config) => ignitionLines(config, `${indent}  `)),
  ]
}

function describeVerdict({ errorCount, warningCount }: IgnitionSummary): string {
  const verdict = errorCount === 0 ? 'valid' : countOf(errorCount, 'error')
  return warningCount === 0 ? verdict : `${verdict}, ${countOf(warningCount, 'warning')}`
}

function secretLines({ secrets }: IsoInspection): readonly string[] {
  if (!secrets) return []
  return [
    ...(secrets.ignition === undefined ? [] : ['Ignition config in full:', secrets.ignition.trimEnd()]),
    ...Object.entries(secrets.keyfiles).flatMap(([name, text]) => [`Keyfile ${name} in full:`, text.trimEnd()]),
  ]
}

function describeArea({ path, offset, byteLength, usedByteLength, freeByteLength }: AreaUsage): string {
  const place = `${path ?? 'not named'}, ${byteLength} bytes at offset ${offset}`
  return `${place}, ${usedByteLength} used, ${freeByteLength} free`
}

/** A heading with its values: one beside it, several below it, and no heading without any. */
export function listLines(heading: string, values: readonly string[]): readonly string[] {
  return values.length === 0
    ? []
    : [`${heading}: ${values.length === 1 ? values[0] : ''}`.trimEnd()].concat(
        values.length === 1 ? [] : values.map((value) => `${/^ */.exec(heading)?.[0] ?? ''}  ${value}`),
      )
}
