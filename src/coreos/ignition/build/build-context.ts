import type { IgnitionPath } from '../model/path.ts'
import type * as types from '../model/types.ts'
import { type EncodeContentsOptions, encodeContents } from './encode-contents.ts'
import type { Contents } from './ignition-parts.ts'
import { ProblemCollector } from './problems.ts'

/** Options of {@link BuildContext}. */
export interface BuildContextOptions extends EncodeContentsOptions {
  /** Whether referenced configs and certificates may be compressed, which they could not be before spec 3.1.0. */
  readonly canCompressReferences: boolean
  readonly signal?: AbortSignal | undefined
}

/** What the conversions of parts share: where problems go, and how contents are encoded. */
export class BuildContext extends ProblemCollector {
  readonly #options: BuildContextOptions

  constructor(options: BuildContextOptions) {
    super()
    this.#options = options
  }

  /** Encodes contents of a file. */
  async contents(contents: Contents): Promise<types.Resource> {
    this.#options.signal?.throwIfAborted()
    return encodeContents(contents, this.#options)
  }

  /** Encodes a config or certificates. Equal ones have equal keys, so that merging has nothing to mix up. */
  async reference(contents: Contents): Promise<types.Resource> {
    const { canCompressReferences, isCanonical, gzip, signal } = this.#options
    signal?.throwIfAborted()
    const mayCompress = canCompressReferences || isCanonical
    return encodeContents(contents, { isCanonical, gzip: mayCompress ? gzip : undefined })
  }
}

/** The parts of a list with the paths that they get in the config, behind what is there. */
export function withPaths<T>(
  parts: readonly T[] | undefined,
  list: IgnitionPath,
  present: readonly unknown[] | undefined,
): readonly (readonly [part: T, path: IgnitionPath])[] {
  const start = present?.length ?? 0
  return (parts ?? []).map((part, index) => [part, [...list, start + index]])
}
