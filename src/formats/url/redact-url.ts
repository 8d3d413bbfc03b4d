import { parseUrl } from './parse-url.ts'

/** A URL with a mark in the place of what may be secret: user info, query and fragment. Data URLs are contents. */
export function redactUrl(text: string): string {
  // a host and a port are in front of what lacks its scheme, which is no URL
  const url = parseUrl(HOST_AND_PORT.test(text) ? `//${text}` : text)
  if (!url) return '…'
  const { scheme, userInfo, host, path, opaque, query, fragment } = url
  if (scheme === 'data') return 'data:…'
  const isRelative = scheme === '' && (host === '' || HOST_AND_PORT.test(text))
  const authority = `${isRelative ? '' : '//'}${userInfo === '' ? '' : '…@'}${host}`
  // only ARNs have their place behind a scheme without slashes
  const place = opaque === '' ? authority + path : scheme === 'arn' ? opaque : '…'
  return `${scheme === '' ? '' : `${scheme}:`}${place}${query === '' ? '' : '?…'}${fragment === '' ? '' : '#…'}`
}

const HOST_AND_PORT = /^[A-Za-z0-9.-]+:\d{1,5}(?=[/?#]|$)/

/** A text in which all URLs are without what may be secret, as {@link redactUrl} leaves it out; other words stay. */
export function redactUrls(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1…@')
    .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s?#"']*)\?[^\s#"']*/gi, '$1?…')
    .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s#"']*)#[^\s"']*/gi, '$1#…')
}
