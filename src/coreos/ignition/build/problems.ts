import { UsageError } from '../../../errors.ts'
import { formatIgnitionPath, type IgnitionPath } from '../model/path.ts'
import type { IgnitionConfig } from '../model/types.ts'

/** A name that needs no quotes; what has line breaks could pass for something else. */
const PLAIN_NAME = /^[!-~]+$/

/** What is wrong with one value of a config, or should be known about it. */
export interface BuildProblem {
  /** Where the value stands in the config. */
  readonly path: IgnitionPath
  /** A clause that shows no secrets. */
  readonly message: string
  /** One imperative sentence. */
  readonly hint?: string | undefined
}

/** Collects what is wrong, so that it can be told together. */
export class ProblemCollector {
  readonly problems: BuildProblem[] = []

  /** Adds a problem. */
  report(path: IgnitionPath, message: string, hint?: string): void {
    this.problems.push({ path, message, hint })
  }

  /** Makes a value; a {@link UsageError} becomes a problem at this path, and the value is then `undefined`. */
  attempt<T>(path: IgnitionPath, make: () => T): T | undefined {
    try {
      return make()
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      this.report(path, error.message, error.hint)
      return undefined
    }
  }
}

/**
 * Words a problem with its path and with the name of the entry that it is about, which the config's author knows better:
 * `$.storage.files.1.mode (/etc/hosts): the mode "888" is not octal`.
 */
export function formatProblem({ path, message }: BuildProblem, config: IgnitionConfig): string {
  const name = nameAt(config, path)
  const shown = name !== undefined && PLAIN_NAME.test(name) ? name : JSON.stringify(name)
  return `${formatIgnitionPath(path)}${name === undefined ? '' : ` (${shown})`}: ${message}`
}

/**
 * The error for problems of a config; each is in its message.
 *
 * @param what what can't be done, as in `Cannot build the Ignition config`.
 */
export function problemsError(what: string, problems: readonly BuildProblem[], config: IgnitionConfig): UsageError {
  const lines = problems.map((problem) => formatProblem(problem, config))
  const [hint, ...others] = new Set(problems.flatMap((problem) => problem.hint ?? []))
  const message = lines.length === 1 ? `${what}: ${lines[0]}` : [`${what}:`, ...lines].join('\n    ')
  return new UsageError('IGNITION_INVALID', message, hint !== undefined && others.length === 0 ? { hint } : {})
}

/** The path or name of the innermost object on the way that has one. */
function nameAt(config: IgnitionConfig, path: IgnitionPath): string | undefined {
  let value: unknown = config
  let name: string | undefined
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return name
    value = (value as Readonly<Record<string | number, unknown>>)[step]
    name = nameOf(value) ?? name
  }
  return name
}

function nameOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  for (const key of ['path', 'name', 'device'] as const) {
    const name = (value as Readonly<Record<string, unknown>>)[key]
    if (typeof name === 'string' && name !== '') return name
  }
  return undefined
}
