import { formatIgnitionPath, type MergeFinding, type ValueOrigin } from '../../coreos/index.ts'
import { oneLine } from '../one-line.ts'
import type { Paint } from '../paint.ts'
import { openConfig, presentFinding } from './present-report.ts'
import type { FindingJson } from './report-json.ts'

/** Where a value of a merged config comes from, as `--json` gives it. */
export interface OriginJson {
  readonly file: string
  readonly path: string
  readonly line: number | null
  readonly column: number | null
}

/** A finding in a merged config as `--json` gives it. */
export interface MergeFindingJson extends Pick<FindingJson, 'severity' | 'path' | 'message' | 'hint'> {
  readonly kind: string
  /** Where it comes from, the earlier config first. */
  readonly origins: readonly OriginJson[]
}

/** Words a finding in a merged config: in the last of the configs that it comes from, with the places of the others. */
export function presentMergeFinding(finding: MergeFinding, paint: Paint): string {
  const { origins, path } = finding
  const last = origins.at(-1)
  const shown = { ...finding, path: last?.path ?? path, span: last && spanOf(last) }
  const config = openConfig({
    name: last?.input.name ?? 'the merged config',
    bytes: last?.input.text?.bytes ?? new Uint8Array(),
  })
  const others = origins.slice(0, -1).map((origin) => `${paint('blue', '  =')} also: ${describe(origin)}`)
  return [presentFinding(shown, config, paint), ...others].join('\n')
}

/** Gives a finding in a merged config to programs. Lines and columns are those of Ignition's own validator. */
export function mergeFindingToJson(finding: MergeFinding): MergeFindingJson {
  const { severity, kind, path, origins, message, hint } = finding
  return {
    severity,
    kind,
    path: path ? formatIgnitionPath(path) : null,
    origins: origins.map(originToJson),
    message,
    hint: hint ?? null,
  }
}

/** Gives the place that a value comes from to programs. */
export function originToJson({ input, path, position }: ValueOrigin): OriginJson {
  return {
    file: input.name,
    path: formatIgnitionPath(path),
    line: position?.line ?? null,
    column: position?.column ?? null,
  }
}

function spanOf({ input, path }: ValueOrigin): { readonly start: number; readonly end: number } | undefined {
  return input.text?.placeOf(path).span
}

function describe(origin: ValueOrigin): string {
  const { input, path } = origin
  const span = spanOf(origin)
  const position = span && input.text?.positionAt(span.start)
  const place = position ? `:${position.line}:${position.column}` : ''
  return oneLine(`${input.name}${place} (${formatIgnitionPath(path)})`)
}
