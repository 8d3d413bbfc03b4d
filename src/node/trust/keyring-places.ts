import { posix, win32 } from 'node:path'

/** What tells where keys are kept. */
export interface KeyringPlacesOptions {
  /** Files that the user names: `--keyring`. */
  readonly files?: readonly string[] | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  /** The user's home folder. */
  readonly home: string
}

/** Where keys are looked for. */
export interface KeyringPlaces {
  /** Named by the user: each of them has to be a keyring. */
  readonly files: readonly string[]
  /** Every file in these is tried, if the folder is there. */
  readonly folders: readonly string[]
}

/** Where Fedora and its relatives keep the keys of their packages and images. */
const SYSTEM_FOLDER = '/etc/pki/rpm-gpg'

/**
 * Says where keys are looked for. Files that are named are the only ones: whoever names a key means this one, and the
 * system's folder may have keys of everybody whose packages are installed. `--keyring` counts before `ISOKIT_KEYRING`, a
 * list of paths, and this before the folders: `isokit/keys` among the user's settings, and `/etc/pki/rpm-gpg`.
 */
export function keyringPlaces(options: KeyringPlacesOptions): KeyringPlaces {
  const { files = [], environment, platform, home } = options
  if (files.length > 0) return { files, folders: [] }
  const listed = (environment['ISOKIT_KEYRING'] ?? '')
    .split(platform === 'win32' ? ';' : ':')
    .filter((path) => path !== '')
  if (listed.length > 0) return { files: listed, folders: [] }

  if (platform === 'win32') {
    const settings = environment['APPDATA'] ?? win32.join(home, 'AppData', 'Roaming')
    return { files: [], folders: [win32.join(settings, 'isokit', 'keys')] }
  }
  const folder = posix.join(settingsFolder(options), 'isokit', 'keys')
  return { files: [], folders: platform === 'darwin' ? [folder] : [folder, SYSTEM_FOLDER] }
}

/** XDG Base Directory Specification: a relative path in the variable does not count. */
function settingsFolder({ environment, platform, home }: KeyringPlacesOptions): string {
  const named = environment['XDG_CONFIG_HOME']
  if (named !== undefined && posix.isAbsolute(named)) return named
  return platform === 'darwin' ? posix.join(home, 'Library', 'Application Support') : posix.join(home, '.config')
}
