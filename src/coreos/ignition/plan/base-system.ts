import type { IgnitionConfig } from '../model/types.ts'

/**
 * The system that a config is for: `coreos` is what Fedora CoreOS and RHEL CoreOS have in common, and `none` is any
 * system that is not known.
 */
export type BaseSystem = 'none' | 'coreos' | 'fedora-coreos'

/** What is known of a system before it boots. */
export interface KnownSystem {
  /** What the system brings itself; the config is merged into it. */
  readonly config: IgnitionConfig | undefined
  /** Links that the system has, each with its target from the root. */
  readonly links: ReadonlyMap<string, string>
  /** Where nothing can be written. */
  readonly readOnlyDirectories: readonly string[]
  readonly groups: ReadonlySet<string>
  /** Users, with their homes. */
  readonly homes: ReadonlyMap<string, string>
}

/** Groups that the user core is in. */
const CORE_GROUPS = ['adm', 'sudo', 'systemd-journal', 'wheel']

const baseOfCoreos: IgnitionConfig = {
  ignition: { version: '3.0.0' },
  passwd: { users: [{ name: 'core', gecos: 'CoreOS Admin', groups: CORE_GROUPS }] },
}

/** Where an OSTree system keeps what lasts, and where the other directories of programs have gone. */
const LINKS_OF_COREOS: ReadonlyMap<string, string> = new Map([
  ['/home', '/var/home'],
  ['/mnt', '/var/mnt'],
  ['/opt', '/var/opt'],
  ['/root', '/var/roothome'],
  ['/srv', '/var/srv'],
  ['/usr/local', '/var/usrlocal'],
  ['/bin', '/usr/bin'],
  ['/lib', '/usr/lib'],
  ['/lib64', '/usr/lib64'],
  ['/sbin', '/usr/sbin'],
])

const coreos: KnownSystem = {
  config: baseOfCoreos,
  links: LINKS_OF_COREOS,
  readOnlyDirectories: ['/usr'],
  groups: new Set(['root', 'core', ...CORE_GROUPS]),
  homes: new Map([
    ['root', '/root'],
    ['core', '/home/core'],
  ]),
}

const SYSTEMS: Readonly<Record<BaseSystem, KnownSystem>> = {
  none: {
    config: undefined,
    links: new Map(),
    readOnlyDirectories: [],
    groups: new Set(['root']),
    homes: new Map([['root', '/root']]),
  },
  coreos,
  'fedora-coreos': {
    ...coreos,
    config: { ...baseOfCoreos, systemd: { units: [{ name: 'afterburn-sshkeys@core.service', enabled: true }] } },
  },
}

/** What is known of the system. */
export function knownSystem(base: BaseSystem): KnownSystem {
  return SYSTEMS[base]
}
