import {
  CONFIG_URL_KARG,
  IGNITION_KARGS,
  type IgnitionConfig,
  kargName,
  kargValues,
  LIVE_ISO_KARG,
  ROOTFS_URL_KARG,
  splitKargs,
} from '../../coreos/index.ts'
import type { CustomizationProblem } from './problems.ts'

/** What the live system's kernel arguments are held against. */
export interface LiveKargsUse {
  /** An Ignition config is embedded. */
  readonly hasConfig: boolean
  /** Something makes the installer run, beside `coreos.inst.install_dev`. */
  readonly runsInstaller: boolean
  /** The image boots from a disc, rather than over the network. */
  readonly isIso: boolean
}

/** What the live system's installer service understands. */
const INSTALLER_KARGS: ReadonlySet<string> = new Set([
  'coreos.inst',
  'coreos.inst.image_url',
  'coreos.inst.ignition_url',
  'coreos.inst.insecure',
  'coreos.inst.install_dev',
  'coreos.inst.platform_id',
  'coreos.inst.save_partindex',
  'coreos.inst.save_partlabel',
  'coreos.inst.secure_ipl',
  'coreos.inst.skip_reboot',
  'coreos.inst.stream',
])

/** What sets up interfaces, addresses, routes and name servers. */
const NETWORK_KARGS = ['ip', 'nameserver', 'rd.route', 'vlan', 'bond', 'team', 'bridge']

/** Finds arguments that are missing although something needs them, and those that have no effect. */
export function findLiveKargsProblems(kargs: string, use: LiveKargsUse): readonly CustomizationProblem[] {
  const { hasConfig, runsInstaller, isIso } = use
  const words = splitKargs(kargs)
  const has = (name: string): boolean => kargValues(words, name).length > 0
  const problems: CustomizationProblem[] = []
  const report = (message: string, hint?: string): void => void problems.push({ message, hint })

  for (const karg of hasConfig ? IGNITION_KARGS : []) {
    if (!has(kargName(karg)))
      report(`Ignition does not apply the config without the kernel argument ${karg}`, `Keep ${karg}`)
  }
  if (hasConfig && has(CONFIG_URL_KARG)) {
    report(
      `with ${CONFIG_URL_KARG} among the kernel arguments, Ignition ignores the embedded config`,
      'Merge that config',
    )
  }
  if (isIso && !has(LIVE_ISO_KARG) && !has(ROOTFS_URL_KARG)) {
    report(`without ${LIVE_ISO_KARG} among the kernel arguments, the live system does not find its root file system`)
  }
  if (has(LIVE_ISO_KARG) && has(ROOTFS_URL_KARG)) {
    report(`with ${LIVE_ISO_KARG} among the kernel arguments, ${ROOTFS_URL_KARG} has no effect`)
  }
  const installing = [...new Set(words.map(kargName))].filter((name) => /^coreos\.inst(?:\.|$)/.test(name))
  for (const name of installing.filter((name) => !INSTALLER_KARGS.has(name))) {
    report(`no installer reads the kernel argument ${name}`, 'Check its name')
  }
  const isRunning = runsInstaller || kargValues(words, 'coreos.inst.install_dev').some((value) => value !== '')
  if (installing.length > 0 && !isRunning) {
    report(
      `the kernel argument ${installing[0]} has no effect, since nothing makes the installer run`,
      'Name a device with coreos.inst.install_dev or --dest-device',
    )
  }
  return problems
}

/** The arguments that set up the network: keyfiles replace all that comes of them. */
export function findReplacedNetworkKargs(kargs: string): readonly string[] {
  const words = splitKargs(kargs)
  return NETWORK_KARGS.flatMap((name) => kargValues(words, name).map((value) => `${name}=${value}`))
}

/**
 * Finds what a config wants of the kernel arguments that is not so already. A live system can't change its arguments, and
 * doesn't boot if it is told to.
 */
export function findKargsMismatch(
  { kernelArguments = {} }: IgnitionConfig,
  { label, kargs }: { readonly label: string; readonly kargs: string },
): readonly CustomizationProblem[] {
  const present = new Set(splitKargs(kargs))
  const { shouldExist = [], shouldNotExist = [] } = kernelArguments
  const hint = 'Set it with --live-karg-append or --live-karg-delete as well'
  const wrong = [
    ...shouldExist
      .filter((karg) => !splitKargs(karg).every((word) => present.has(word)))
      .map((karg) => `wants ${karg}`),
    ...shouldNotExist
      .filter((karg) => splitKargs(karg).some((word) => present.has(word)))
      .map((karg) => `forbids ${karg}`),
  ]
  return wrong.map((what) => ({
    message: `${label} ${what} among the kernel arguments, which a live system can not change: it would not boot`,
    hint,
  }))
}
