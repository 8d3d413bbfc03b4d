import type { ProvisioningPlan } from '../../coreos/index.ts'

/**
 * Gives a plan to programs, as it is. Integers of the config that JSON readers would round, beyond 2^53, become texts.
 *
 * @param file how the config is called.
 */
export function planToJson(plan: ProvisioningPlan, file: string): unknown {
  return { file, ...(withExactIntegers(plan) as object) }
}

function withExactIntegers(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withExactIntegers)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withExactIntegers(inner)]))
}
