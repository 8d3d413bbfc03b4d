import type { SpecVersion } from '../../../../../src/coreos/index.ts'

/** A config and what is found in it. */
export interface RuleCase {
  readonly name: string
  /** The sections of the config; `ignition.version` is added. */
  readonly config: Readonly<Record<string, unknown>>
  /**
   * Kinds and paths in the order of the report, as `path-required $.storage.files.0.path`. A list holds in every version.
   * Otherwise each version begins something, and versions before the first are left out.
   */
  readonly finds: readonly string[] | Readonly<Partial<Record<SpecVersion, readonly string[]>>>
}

/** A config of files. */
export function files(...list: readonly object[]): RuleCase['config'] {
  return { storage: { files: list } }
}

/** A config of one file with contents. */
export function contents(resource: object): RuleCase['config'] {
  return files({ path: '/a', contents: resource })
}

/** A config of one file with contents from a URL. */
export function source(url: string): RuleCase['config'] {
  return contents({ source: url })
}
