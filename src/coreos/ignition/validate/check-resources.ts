import { parseUrl } from '../../../formats/url/index.ts'
import type { IgnitionPath } from '../model/path.ts'
import type * as types from '../model/types.ts'
import { findHttpUrlProblem, findSourceProblem } from './find-source-problem.ts'
import { quote } from './quote.ts'
import type { Rule, RuleContext } from './rule.ts'
import { utf8ByteLength } from './utf8-byte-length.ts'

/** Digits of a hash by its function. */
const HASH_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['sha512', 128],
  ['sha256', 64],
])

/** The contents of a file or a key. */
export const checkResource: Rule<types.Resource> = (resource, context) => {
  const { compression = '', source, verification, httpHeaders = [] } = resource
  if (compression !== '' && compression !== 'gzip') {
    const message = `${quote(compression)} is no compression that Ignition knows`
    context.report('compression-invalid', ['compression'], message, 'Write gzip, or leave compression out')
  }
  if (source === undefined && verification?.hash !== undefined) {
    const message = 'there is a hash, but no source that it could belong to'
    context.report('hash-without-source', ['verification', 'hash'], message, 'Set source, or remove verification')
  }
  checkSource(source ?? '', ['source'], context)
  if (httpHeaders.length > 0) checkHeadersHaveHttp(source ?? '', context)
}

/** A config to fetch. Spec 3.0.0 looks at nothing but its URL. */
export const checkReference: Rule<types.Resource> = (reference, context) => {
  if (context.isAtLeast('3.1.0')) checkResource(reference, context)
  else checkSource(reference.source ?? '', ['source'], context)
}

/** A certificate authority to fetch. In spec 3.0.0 its source can't be absent, and an empty one is no URL. */
export const checkAuthority: Rule<types.Resource> = (authority, context) => {
  if (authority.source !== '' || context.isAtLeast('3.1.0')) checkReference(authority, context)
  else context.report('url-scheme-invalid', ['source'], 'a source is missing here', 'Set source to a URL')
}

/** The configs that are merged have to have sources. */
export const checkReferences: Rule<types.ConfigReferences> = ({ merge = [] }, context) => {
  checkSourcesAreGiven(merge, 'merge', context)
}

/** So do certificate authorities. */
export const checkTls: Rule<types.Tls> = ({ certificateAuthorities = [] }, context) => {
  checkSourcesAreGiven(certificateAuthorities, 'certificateAuthorities', context)
}

/** A header of HTTP requests. */
export const checkHeader: Rule<types.HttpHeader> = ({ name, value }, { report }) => {
  if (name === '') report('header-name-required', ['name'], 'the header has no name', 'Give it a name')
  if (value === '') {
    report('header-value-empty', ['value'], 'the value of the header is empty', 'Give a value, or leave value out')
  }
}

/** What a resource has to be. */
export const checkVerification: Rule<types.Verification> = ({ hash }, { report, isAtLeast }) => {
  if (hash === undefined) return
  const functions = isAtLeast('3.1.0') ? ['sha512', 'sha256'] : ['sha512']
  const dash = hash.indexOf('-')
  if (dash < 0) {
    const message = 'the hash does not name the function that made it'
    report('hash-malformed', ['hash'], message, `Write ${functions.join('- or ')}-, and the digits behind it`)
    return
  }
  const name = hash.slice(0, dash)
  const length = functions.includes(name) ? HASH_LENGTHS.get(name) : undefined
  if (length === undefined) {
    const message = `${quote(name)} is no hash function that this spec version knows`
    report('hash-function-unknown', ['hash'], message, `Use ${functions.join(' or ')}`)
    return
  }
  const digits = utf8ByteLength(hash.slice(dash + 1))
  if (digits === length) return
  const message = `a ${name} hash has ${length} hexadecimal digits, and this one has ${digits}`
  report('hash-wrong-length', ['hash'], message, `Give all digits that ${name}sum prints`)
}

/** Proxies, which are reached by HTTP. */
export const checkProxy: Rule<types.Proxy> = (proxy, { report }) => {
  for (const name of ['httpProxy', 'httpsProxy'] as const) {
    const text = proxy[name]
    if (text === undefined) continue
    const problem = findHttpUrlProblem(text)
    if (problem) {
      const kind = problem.kind === 'url-scheme-invalid' ? 'proxy-scheme-invalid' : problem.kind
      report(kind, [name], problem.message, problem.hint)
    } else if (name === 'httpsProxy' && parseUrl(text)?.scheme === 'http') {
      const message = 'requests to this proxy for HTTPS are themselves not encrypted'
      report('proxy-insecure', [name], message, 'Use an https:// URL')
    }
  }
}

/** Reports what is wrong with the URL of something to fetch. */
function checkSource(source: string, below: IgnitionPath, context: RuleContext): void {
  const problem = findSourceProblem(source, context)
  if (problem) context.report(problem.kind, below, problem.message, problem.hint)
}

/** A wrong URL is reported at its entry here, and once more where it stands. */
function checkSourcesAreGiven(resources: readonly types.Resource[], list: string, context: RuleContext): void {
  if (!context.isAtLeast('3.1.0')) return
  for (const [index, { source = '' }] of resources.entries()) {
    if (source !== '') checkSource(source, [list, index], context)
    else context.report('source-required', [list, index], 'a source is missing here', 'Set source to a URL')
  }
}

function checkHeadersHaveHttp(source: string, { report }: RuleContext): void {
  const problem = source === '' ? undefined : findHttpUrlProblem(source)
  if (source === '' || problem?.kind === 'url-unparsable') {
    const message = 'there are headers, but no URL to send them to'
    report('url-unparsable', ['httpHeaders'], message, 'Set source to an http:// or https:// URL')
  } else if (problem) {
    const message = 'only http and https URLs are fetched with headers'
    report('headers-scheme-unsupported', ['httpHeaders'], message, 'Remove httpHeaders, or change the source')
  }
}
