import { BlockList, isIP } from 'node:net'

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' }

/**
 * Whether a host is to be reached without a proxy, by a list as `NO_PROXY` has it, with commas or spaces between:
 * `example.com` and `.example.com`, which stand for all hosts below as well, `*.example.com` for those alone, addresses,
 * `10.0.0.0/8`, `*` for every host, and behind each of these perhaps `:PORT`.
 */
export function isExempt(url: URL, list: string): boolean {
  const host = bareHost(url.hostname)
  const port = url.port || DEFAULT_PORTS[url.protocol]
  return list.split(/[,\s]+/).some((entry) => {
    const place = splitPort(entry)
    return place.host !== '' && (place.port ?? port) === port && isAmong(host, bareHost(place.host))
  })
}

/** Of several colons, none is in front of a port, unless brackets say so. */
function splitPort(entry: string): { readonly host: string; readonly port?: string } {
  const [, host, port] = /^(\[[^\]]+\]|[^:]*):(\d+)$/.exec(entry) ?? []
  return host === undefined || port === undefined ? { host: entry } : { host, port }
}

/** Without the brackets of IPv6, and without the dot that ends a full name. */
function bareHost(text: string): string {
  const [, address, prefix = ''] = /^\[([^\]]+)\](.*)$/.exec(text) ?? []
  return (address === undefined ? text.replace(/(.)\.$/, '$1') : address + prefix).toLowerCase()
}

function isAmong(host: string, entry: string): boolean {
  if (entry === '*') return true
  if (isIP(host)) return isInNetwork(host, entry)
  if (entry.startsWith('*.')) return host.endsWith(entry.slice(1))
  const domain = entry.replace(/^\./, '')
  return host === domain || host.endsWith(`.${domain}`)
}

/** An address is in no domain, and a network that is none has no addresses. */
function isInNetwork(address: string, entry: string): boolean {
  const [, network = entry, prefix] = /^([^/]+)\/(\d{1,3})$/.exec(entry) ?? []
  const bits = isIP(network) === 6 ? 128 : 32
  const length = Number(prefix ?? bits)
  if (isIP(network) !== isIP(address) || length > bits) return false
  const family = bits === 128 ? 'ipv6' : 'ipv4'
  const networks = new BlockList()
  networks.addSubnet(network, length, family)
  return networks.check(address, family)
}
