import { UsageError } from '../../errors.ts'

/** Which proxy leads to URLs of one scheme. */
export interface ProxySettings {
  /** The URL of the proxy; `undefined` without one. */
  readonly proxy: string | undefined
  /** Hosts that are reached without it, as in `NO_PROXY`. */
  readonly noProxy: string
}

/**
 * Looks up the proxy for a scheme, as curl and others do: `https_proxy`, then `HTTPS_PROXY`, then `all_proxy`. A proxy for
 * `http` says nothing about `https`. Without a scheme of its own, a proxy is reached over HTTP.
 *
 * @throws {UsageError} `URL_INVALID` when the variable holds no URL of a proxy.
 */
export function findProxy(scheme: 'http' | 'https', env: Readonly<Record<string, string | undefined>>): ProxySettings {
  const lookUp = (name: string): string | undefined => env[name] || env[name.toUpperCase()] || undefined
  const name = [`${scheme}_proxy`, 'all_proxy'].find(lookUp)
  const noProxy = lookUp('no_proxy') ?? ''
  const text = name === undefined ? undefined : lookUp(name)
  if (name === undefined || text === undefined) return { proxy: undefined, noProxy }
  const proxy = URL.parse(text.includes('://') ? text : `http://${text}`)
  if (proxy && (proxy.protocol === 'http:' || proxy.protocol === 'https:')) return { proxy: proxy.href, noProxy }
  // the value may hold a password
  throw new UsageError('URL_INVALID', `Cannot use the proxy in ${name}: it is not an http or https URL`, {
    hint: `Give it as in http://proxy.example.com:3128, or clear ${name}`,
  })
}
