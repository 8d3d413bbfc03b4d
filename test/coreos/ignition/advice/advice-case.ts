import { findAdvice, formatIgnitionPath, type IgnitionConfig, type SpecVersion } from '../../../../src/coreos/index.ts'

/** What a config comes to, of which the parts that matter are given. */
export interface AdviceCase {
  readonly name: string
  readonly parts: Partial<IgnitionConfig>
  readonly version?: SpecVersion
  /** Kinds with their paths. */
  readonly advice: readonly string[]
}

/** A user of whom there is nothing to say. */
export const CORE = { name: 'core', sshAuthorizedKeys: ['ssh-ed25519 AAAA core@example'] } as const

/** A config without anything to advise on, apart from what the case brings. */
export function configOf(parts: Partial<IgnitionConfig>, version: SpecVersion = '3.4.0'): IgnitionConfig {
  return { passwd: { users: [CORE] }, ...parts, ignition: { ...parts.ignition, version } }
}

/** The advice on a config, each as its kind and its path. */
export function adviceOf(config: IgnitionConfig): readonly string[] {
  return findAdvice(config).map(({ kind, path }) => `${kind} ${formatIgnitionPath(path)}`)
}
