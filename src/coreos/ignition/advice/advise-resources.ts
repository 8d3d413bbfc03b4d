import { parseUrl } from '../../../formats/url/index.ts'
import type * as types from '../model/types.ts'
import type { Rule, RuleContext } from '../validate/rule.ts'
import { headOf } from './inline-contents.ts'

const GZIP_MAGIC = [0x1f, 0x8b]
const SECRET_HEADER = /authorization|cookie|token|secret|api-?key|password/i

/** What is probably not meant about contents of files and keys. */
export const adviseResource: Rule<types.Resource> = (resource, context) => {
  const { source, compression, verification } = resource
  const url = source === undefined || source.startsWith('data:') ? undefined : parseUrl(source)
  adviseTransport(resource, url, context)
  if (compression === 'gzip') adviseGzip(resource, url?.scheme, context)
  const digits = verification?.hash?.split('-')[1]
  if (digits !== undefined && !/^[0-9a-fA-F]*$/.test(digits)) {
    const message = 'the hash has characters that are no hexadecimal digits, so that nothing will match it'
    context.report('hash-never-matches', ['verification', 'hash'], message, 'Correct the hash')
  }
  for (const [index, { name, value }] of (resource.httpHeaders ?? []).entries()) {
    if (value === undefined) {
      const message = 'a header without a value makes the request fail, unless merging removes it'
      context.report('header-without-value', ['httpHeaders', index], message, 'Set value')
    } else if (SECRET_HEADER.test(name)) {
      const message = 'whoever can read the config gets this credential'
      context.report('secret-in-config', ['httpHeaders', index, 'value'], message)
    }
  }
}

/** What is probably not meant about a config or a certificate authority to fetch. */
export const adviseReference: Rule<types.Resource> = (reference, context) => {
  adviseResource(reference, context)
  const hash = reference.verification?.hash
  if (hash !== undefined && hash !== hash.toLowerCase()) {
    const message = 'hashes of configs are compared as text in lower case, so that this one never matches'
    context.report('hash-never-matches', ['verification', 'hash'], message, 'Write it in lower case')
  }
  if (reference.source === '' || isEmptyDataUrl(reference)) {
    const message = 'an empty config in this place makes Ignition ignore the whole config'
    context.report('empty-reference', ['source'], message, 'Remove it, or give a config')
  }
}

/** Keys of encrypted volumes should not stand in a config. */
export const adviseLuksKey: Rule<types.Luks> = ({ keyFile }, { report }) => {
  if (!keyFile?.source?.startsWith('data:')) return
  const message = 'whoever can read the config gets the key of this volume'
  report('secret-in-config', ['keyFile', 'source'], message, 'Bind the volume with clevis, or leave keyFile out')
}

function adviseTransport(
  { verification }: types.Resource,
  url: ReturnType<typeof parseUrl>,
  { report }: RuleContext,
): void {
  if (!url) return
  if ((url.scheme === 'http' || url.scheme === 'tftp') && !verification?.hash) {
    const message = `nothing protects what comes over ${url.scheme}: anyone on the way can change it`
    report('insecure-source', ['source'], message, 'Use https, or set verification.hash')
  }
  if (url.userInfo.includes(':')) {
    report('secret-in-config', ['source'], 'the URL has a password in it, which whoever can read the config gets')
  }
}

function adviseGzip(resource: types.Resource, scheme: string | undefined, { report }: RuleContext): void {
  if (scheme === 's3' || scheme === 'arn') {
    const message = `Ignition does not decompress what it fetches from ${scheme}: URLs, and fails`
    report('compression-fails', ['compression'], message, 'Store the object uncompressed')
    return
  }
  const head = headOf(resource)
  if (!head || GZIP_MAGIC.every((byte, index) => head[index] === byte)) return
  const what = head.byteLength === 0 ? 'there are no contents' : 'the contents are not'
  report('compression-fails', ['compression'], `gzip is wanted, and ${what} gzip data, so that writing fails`)
}

function isEmptyDataUrl({ source, compression }: types.Resource): boolean {
  return source !== undefined && compression !== 'gzip' && /^data:[^,]{0,1000},$/.test(source)
}
