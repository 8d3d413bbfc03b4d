import { findAdvice, type IgnitionFinding, validateIgnition } from '../../src/index.ts'

/** A finding as JSON carries it between a page and a test. */
export type PlainFinding = Pick<IgnitionFinding, 'kind' | 'severity' | 'message'> & { readonly place: string }

/**
 * Validates configs without Node, as a web page would, and advises on those that Ignition takes. The test runs this in
 * Chromium and in Node.
 *
 * @param configs the bytes of each, in base64.
 */
export function reviewConfigs(configs: readonly string[]): readonly (readonly PlainFinding[])[] {
  return configs.map((base64) => {
    const { config, findings } = validateIgnition(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)))
    const advice = config ? findAdvice(config).map((advice) => ({ ...advice, severity: 'advice' as const })) : []
    return [...findings, ...advice].map(({ kind, severity, message, path, ...place }) => ({
      kind,
      severity,
      message,
      place: JSON.stringify([path, place]),
    }))
  })
}
