import { type ConfigText, formatIgnitionPath, type UpgradeChange } from '../../coreos/index.ts'

/** A change by an upgrade as `--json` gives it. */
export interface UpgradeChangeJson extends Pick<UpgradeChange, 'kind' | 'since' | 'message'> {
  readonly path: string
  readonly line: number | null
  readonly column: number | null
  /** Modes, as texts since integers of configs may be larger than those of programs. */
  readonly before?: string
  readonly after?: string
}

/** The text that a change is about; without one, it has no place. */
interface ChangedConfig {
  readonly name: string
  readonly text?: ConfigText | undefined
}

/** Words a change in one line: `a.ign:3:7 ($.storage.files.0.mode): …`. */
export function describeChange({ path, message }: UpgradeChange, { name, text }: ChangedConfig): string {
  const position = text?.placeOf(path).position
  const place = position ? `:${position.line}:${position.column}` : ''
  return `${name}${place} (${formatIgnitionPath(path)}): ${message}`
}

/** Gives a change to programs. */
export function changeToJson(change: UpgradeChange, { text }: Pick<ChangedConfig, 'text'>): UpgradeChangeJson {
  const { kind, path, since, values, message } = change
  const position = text?.placeOf(path).position
  return {
    kind,
    path: formatIgnitionPath(path),
    line: position?.line ?? null,
    column: position?.column ?? null,
    since,
    ...(values && { before: String(values.before), after: String(values.after) }),
    message,
  }
}
