/** What Ignition needs to run in a live system. */
export const IGNITION_KARGS: readonly string[] = ['ignition.firstboot', 'ignition.platform.id=metal']

/** By which Ignition finds its config on the network. */
export const CONFIG_URL_KARG = 'ignition.config.url'

/** What makes the live system look for a medium, and no network boot has. */
export const LIVE_ISO_KARG = 'coreos.liveiso'

/** By which the live system finds a rootfs that isn't among its initrds. */
export const ROOTFS_URL_KARG = 'coreos.live.rootfs_url'

/** The words of a kernel command line: what stands between white space, without regard to quotes. */
export function splitKargs(kargs: string): readonly string[] {
  return kargs.split(/[\t\n\v\f\r ]+/).filter((karg) => karg !== '')
}

/** The name of a kernel argument: what stands before the first equals sign. */
export function kargName(karg: string): string {
  const equals = karg.indexOf('=')
  return equals < 0 ? karg : karg.slice(0, equals)
}

/** The values of an argument in their order; a bare word has the value `''`. */
export function kargValues(kargs: readonly string[], name: string): readonly string[] {
  return kargs.filter((karg) => kargName(karg) === name).map((karg) => karg.slice(name.length + 1))
}
