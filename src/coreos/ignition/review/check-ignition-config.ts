import { FormatError } from '../../../errors.ts'
import { LineIndex } from '../../../formats/json/index.ts'
import { formatIgnitionPath } from '../model/path.ts'
import type { IgnitionFinding } from '../validate/finding.ts'
import { validateIgnition } from '../validate/validate-ignition.ts'

/**
 * Throws unless Ignition would take the config. {@link validateIgnition} gives all findings, warnings among them.
 *
 * @param name how messages call the config.
 * @throws {FormatError} `IGNITION_INVALID` with the first error, its line and column, and how many more there are.
 */
export function checkIgnitionConfig(bytes: Uint8Array, name: string): void {
  const error = ignitionErrorOf(validateIgnition(bytes).findings, bytes, name)
  if (error) throw error
}

/**
 * The error for a config that Ignition would refuse: `IGNITION_INVALID` with the first error's place and message. `undefined`
 * when no finding is an error.
 *
 * @param bytes the config that the findings are about.
 * @param name how the message calls the config.
 */
export function ignitionErrorOf(
  findings: readonly IgnitionFinding[],
  bytes: Uint8Array,
  name: string,
): FormatError | undefined {
  const errors = findings.filter(({ severity }) => severity === 'error')
  const [first] = errors
  if (!first) return undefined
  const further = errors.length - 1
  const more = further === 0 ? '' : ` (and ${further} more ${further === 1 ? 'error' : 'errors'})`
  return new FormatError('IGNITION_INVALID', `${formatIgnitionFinding(first, bytes, name)}${more}`, {
    ...(first.hint !== undefined && { hint: first.hint }),
  })
}

/**
 * The finding in one line: `parsing Ignition config a.ign:3:7 ($.storage.files.0.path): the path is not absolute`. Line and
 * column, in bytes, are those where the meant value starts.
 */
export function formatIgnitionFinding(
  { path, span, message }: IgnitionFinding,
  bytes: Uint8Array,
  name: string,
): string {
  const position = span && new LineIndex(bytes).positionAt(span.start)
  const place = position ? `:${position.line}:${position.column}` : ''
  return `parsing Ignition config ${name}${place}${path ? ` (${formatIgnitionPath(path)})` : ''}: ${message}`
}
