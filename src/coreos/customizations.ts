import type { InitrdFile } from '../formats/initrd/index.ts'

/** The member of the embed area that the live system takes as its Ignition config. */
export const IGNITION_CONFIG_PATH = 'config.ign'

/** The directory of the embed area from which the live system takes NetworkManager keyfiles. */
export const NETWORK_DIRECTORY_PATH = 'etc/coreos-firstboot-network/'

/** A NetworkManager keyfile, by the name it has in its directory. */
export interface Keyfile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** The embedded Ignition config, or `undefined`. */
export function ignitionConfigOf(files: readonly InitrdFile[]): Uint8Array | undefined {
  return files.find((file) => file.path === IGNITION_CONFIG_PATH)?.bytes
}

/** Whether a member belongs to the network settings; deeper paths do too, as in coreos-installer. */
export function isKeyfilePath(path: string): boolean {
  return path.startsWith(NETWORK_DIRECTORY_PATH)
}

/** The embedded keyfiles in the order of their paths, by the last part of their names. */
export function keyfilesOf(files: readonly InitrdFile[]): readonly Keyfile[] {
  return files
    .filter((file) => isKeyfilePath(file.path))
    .map(({ path, bytes }) => ({ name: path.slice(path.lastIndexOf('/') + 1), bytes }))
}

/** The members that hold these keyfiles. */
export function keyfileMembers(keyfiles: readonly Keyfile[]): readonly InitrdFile[] {
  return keyfiles.map(({ name, bytes }) => ({ path: NETWORK_DIRECTORY_PATH + name, bytes }))
}
