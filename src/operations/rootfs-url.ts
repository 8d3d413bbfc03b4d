import { ROOTFS_URL_KARG } from '../coreos/index.ts'
import { UsageError } from '../errors.ts'

/** What the live system's initramfs fetches its rootfs by; it looks at the first letters, as they are. */
const FETCHABLE = /^(?:https?|tftp):\/\/[^/]/

/**
 * The kernel argument by which a live system finds its rootfs on the network.
 *
 * @throws {UsageError} `KARG_INVALID` for a URL that is empty or would be more than one argument.
 */
export function rootfsKarg(url: string): string {
  const trimmed = url.replace(/^[\t\n\f\r ]+|[\t\n\f\r ]+$/g, '')
  if (trimmed === '' || /[\0-\x20\x7f]/.test(trimmed)) {
    throw new UsageError(
      'KARG_INVALID',
      trimmed === ''
        ? 'Cannot use the URL of the rootfs: it is empty'
        : 'Cannot use the URL of the rootfs: forbidden whitespace or a control character found in it',
      { hint: 'Write such characters as escapes: %20 for a space' },
    )
  }
  return `${ROOTFS_URL_KARG}=${trimmed}`
}

/** What a person would want to know about a rootfs URL: whether the live system can fetch it. */
export function reviewRootfsUrl(url: string): readonly string[] {
  if (FETCHABLE.test(url.trim())) return []
  return ['The live system fetches its rootfs by http://, https:// or tftp:// only, so it cannot boot from this URL']
}
