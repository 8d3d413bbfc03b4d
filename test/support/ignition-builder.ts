import { expect } from 'vitest'
import { type BuildIgnitionOptions, buildIgnition, type IgnitionParts, UsageError } from '../../src/index.ts'

/** The message with which the builder refuses the parts, as it has to. */
export async function refusalOf(parts: IgnitionParts, options: BuildIgnitionOptions = {}): Promise<string> {
  const error = await buildIgnition(parts, options).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(UsageError)
  expect(error).toMatchObject({ code: 'IGNITION_INVALID' })
  return (error as UsageError).message
}

/** Empty files at the paths. */
export function emptyFiles(...paths: readonly string[]): IgnitionParts {
  return { files: paths.map((path) => ({ path, contents: '' })) }
}
