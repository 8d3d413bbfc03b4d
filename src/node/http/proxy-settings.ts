import { UsageError } from '../../errors.ts'
import { isExempt } from './no-proxy.ts'

/**
 * Looks up the proxy that leads to a URL, as curl and others do: `https_proxy`, then `HTTPS_PROXY`, then `all_proxy`. A proxy
 * for `http` says nothing about `https`. Without a scheme of its own, a proxy is reached over HTTP.
 *
 * @returns `undefined` when there is none, or when `no_proxy` has the host.
 * @throws {UsageError} `URL_INVALID` when the variable holds no URL of a proxy.
 */
export function findProxy(url: URL, env: Readonly<Record<string, string | undefined>>): URL | undefined {
  const lookUp = (name: string): string | undefined => env[name] || env[name.toUpperCase()] || undefined
  const scheme = url.protocol === 'https:' ? 'https' : 'http'
  const name = [`${scheme}_proxy`, 'all_proxy'].find(lookUp)
  const text = name === undefined ? undefined : lookUp(name)
  if (name === undefined || text === undefined || isExempt(url, lookUp('no_proxy') ?? '')) return undefined
  const proxy = URL.parse(text.includes('://') ? text : `http://${text}`)
  if (proxy?.protocol === 'http:' || proxy?.protocol === 'https:') return proxy
  // the value may hold a password
  throw new UsageError('URL_INVALID', `Cannot use the proxy in ${name}: it is not an http or https URL`, {
    hint: `Give it as in http://proxy.example.com:3128, or clear ${name}`,
  })
}
