import { UsageError } from '../../errors.ts'
import { parseUrl } from '../url/index.ts'
import type { BootEntry } from './boot-entry.ts'

const REMOTE = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//

/** What means the same to all boot loaders and servers: no white space, no quotes, no escapes, no way up. */
const PLAIN_PATH = /^[A-Za-z0-9_][A-Za-z0-9._+-]*(?:\/[A-Za-z0-9_][A-Za-z0-9._+-]*)*$/

/** Printable ASCII without what a script gives a meaning. A comma would end the name of an initrd. */
const PLAIN_URL = /^[!#%&()*+\-./0-9:;=?@A-Z[\]_a-z~]+$/

const MAC_ADDRESS = /^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}$/

/** Whether a location is a URL, and not a path beside the script. */
export function isRemote(location: string): boolean {
  return REMOTE.test(location)
}

/**
 * A MAC address as `52:54:00:12:34:56`, from either case and with colons or dashes.
 *
 * @returns `undefined` for any other text.
 */
export function parseMacAddress(text: string): string | undefined {
  const lowerCase = text.toLowerCase()
  return MAC_ADDRESS.test(lowerCase) ? lowerCase.replaceAll('-', ':') : undefined
}

/** A MAC address as it stands in the names of files. */
export function dashedMacAddress(mac: string): string {
  return mac.replaceAll(':', '-')
}

/** A path as it was meant: `./vmlinuz` and `vmlinuz` are the same. */
export function normalizeLocation(location: string): string {
  return location.replace(/^(?:\.\/+)+/, '')
}

/**
 * Refuses an entry that no script can say, whatever its language.
 *
 * @throws {UsageError} `BOOT_ENTRY_INVALID`
 */
export function checkEntry(entry: BootEntry): void {
  if (/\p{Cc}/u.test(entry.title)) throw unsayable(`the title ${JSON.stringify(entry.title)} has control characters`)
  for (const location of [entry.kernel, ...entry.initrds]) checkLocation(location)
  for (const karg of entry.kargs) checkKarg(karg)
}

/** The error about something that cannot be written to a script. @param what a clause. */
export function unsayable(what: string, hint?: string): UsageError {
  return new UsageError('BOOT_ENTRY_INVALID', `Cannot write a boot script: ${what}`, hint === undefined ? {} : { hint })
}

function checkLocation(location: string): void {
  if (!isRemote(location)) {
    if (PLAIN_PATH.test(location)) return
    throw unsayable(
      `not every boot loader can load ${JSON.stringify(location)}`,
      'Use names of letters, digits, dots, dashes and underscores',
    )
  }
  const url = parseUrl(location)
  const isPlain = PLAIN_URL.test(location) && url !== undefined
  if (!isPlain || !/^[^:]/.test(url.host) || url.path.length <= 1 || url.fragment !== '' || url.userInfo !== '') {
    throw unsayable(
      `not every boot loader can load from the URL ${JSON.stringify(withoutUserInfo(location))}`,
      'Give a host and a path, write other characters as escapes, and leave out names and passwords',
    )
  }
}

/** What stands before an `@` may be a password. */
function withoutUserInfo(url: string): string {
  return url.replace(/\/\/[^/]*@/, '//')
}

function checkKarg(karg: string): void {
  if (karg === '' || /[\s\p{Cc}]/u.test(karg)) {
    throw unsayable(
      `the kernel argument ${JSON.stringify(karg)} ${karg === '' ? 'is empty' : 'has white space or control characters'}`,
      'Give each argument on its own',
    )
  }
  if (karg.startsWith('initrd=')) {
    throw unsayable(`the kernel argument ${karg} is for the script to make`, 'Leave out initrd= arguments')
  }
}
