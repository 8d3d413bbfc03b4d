import type { Keyfile } from '../../coreos/index.ts'

/** A file that a customization uses. */
export interface NamedInput {
  /** The last part of its path, from which names on the live system are made. */
  readonly name: string
  /** How messages call it; the name unless given. */
  readonly label?: string | undefined
  readonly bytes: Uint8Array
}

/**
 * What to make of a live system, and of the system that it installs. A destination setting makes the live system run the
 * installer by itself; within each list the order is kept.
 */
export interface Customization {
  /** Ignition configs for the installed system; several are merged, later ones win. */
  readonly destIgnition?: readonly NamedInput[] | undefined
  /** The device to install to. */
  readonly destDevice?: string | undefined
  /** Consoles of the installed system's kernel and boot loader: `ttyS0,115200n8`. */
  readonly destConsoles?: readonly string[] | undefined
  /** Kernel arguments to give the installed system. */
  readonly destKargsAppend?: readonly string[] | undefined
  /** Default kernel arguments that the installed system goes without. */
  readonly destKargsDelete?: readonly string[] | undefined
  /** Network settings of the live system, which the installed one gets too. */
  readonly keyfiles?: readonly Keyfile[] | undefined
  /** Certificates in PEM that Ignition trusts, on the live system and on the installed one. */
  readonly certificateAuthorities?: readonly NamedInput[] | undefined
  /** Programs that run before the installer. */
  readonly preInstall?: readonly NamedInput[] | undefined
  /** Programs that run after the installer. */
  readonly postInstall?: readonly NamedInput[] | undefined
  /** Configs of the installer; later ones win, and what is set here beside them wins over all. */
  readonly installerConfigs?: readonly NamedInput[] | undefined
  /** Ignition configs for the live system; several are merged, later ones win. */
  readonly liveIgnition?: readonly NamedInput[] | undefined
}

/**
 * How closely a customization is looked at.
 *
 * - `all`: configs have to be valid, and combinations that are known to fail are refused
 * - `format`: as coreos-installer does: configs have to be of the right shape
 * - `none`: configs are taken as they are, whatever they say
 */
export type CustomizationChecks = 'all' | 'format' | 'none'

/** How messages call an input. */
export function labelOf({ label, name }: NamedInput): string {
  return label ?? name
}

/** Whether a customization makes the live system run the installer by itself. */
export function runsInstaller(customization: Customization): boolean {
  const { destIgnition, destDevice, destConsoles, destKargsAppend, destKargsDelete, installerConfigs } = customization
  const lists = [destIgnition, destConsoles, destKargsAppend, destKargsDelete, installerConfigs]
  return destDevice !== undefined || lists.some((list) => list !== undefined && list.length > 0)
}
