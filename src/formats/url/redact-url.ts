import { parseUrl } from './parse-url.ts'

/** A URL with a mark in the place of what may be secret: user info, query and fragment. Data URLs are contents. */
export function redactUrl(text: string): string {
  const url = parseUrl(text)
  if (!url) return '…'
  const { scheme, userInfo, host, path, opaque, query, fragment } = url
  if (scheme === 'data') return 'data:…'
  // only ARNs have their place behind a scheme without slashes
  const place = opaque === '' ? `//${userInfo === '' ? '' : '…@'}${host}${path}` : scheme === 'arn' ? opaque : '…'
  return `${scheme}:${place}${query === '' ? '' : '?…'}${fragment === '' ? '' : '#…'}`
}

/** A text in which all URLs are without what may be secret, as {@link redactUrl} leaves it out; other words stay. */
export function redactUrls(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1…@')
    .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s?#"']*)\?[^\s#"']*/gi, '$1?…')
    .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s#"']*)#[^\s"']*/gi, '$1#…')
}
