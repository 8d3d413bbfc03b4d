import { UsageError } from '../../errors.ts'
import { parseUrl, redactUrl } from '../../formats/url/index.ts'

/** What is known about an Ignition config before it is fetched. */
export interface IgnitionUrlOptions {
  /** Whether a hash says what the config has to be. */
  readonly hasHash: boolean
  /** Whether anybody on the way may change it. */
  readonly isInsecure: boolean
}

/**
 * Makes sure that nobody on the way can slip in another config: it comes over https, or a hash says what it is.
 *
 * @throws {UsageError} `URL_INSECURE` for http without either, `URL_INVALID` for every other scheme.
 */
export function checkIgnitionUrl(text: string, { hasHash, isInsecure }: IgnitionUrlOptions): void {
  const scheme = parseUrl(text)?.scheme
  const place = `Cannot use the Ignition config at ${redactUrl(text)}`
  if (scheme !== 'https' && scheme !== 'http') {
    throw new UsageError('URL_INVALID', `${place}: it is not an http or https URL`, {
      hint: 'Give a URL that begins with https://',
    })
  }
  if (scheme === 'https' || hasHash || isInsecure) return
  throw new UsageError('URL_INSECURE', `${place}: over http anybody on the way can change it`, {
    hint: 'Give an https URL, or the hash of the config as --ignition-hash, or --insecure-ignition to do without',
  })
}
