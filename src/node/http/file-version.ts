import { IoError } from '../../errors.ts'
import { redactUrl } from '../../formats/url/index.ts'
import type { Answer } from './send-request.ts'

/** What a server says about one version of a file, by which another one is told from it. */
export interface FileVersion {
  /** The entity tag as it was sent: `"abc"`, or the weak `W/"abc"`. */
  readonly etag: string | undefined
  /** The date as it was sent. */
  readonly lastModified: string | undefined
  readonly byteLength: number | undefined
}

/** Bytes that are at hand, of a file that is to be fetched from there on. */
export interface FilePosition {
  readonly offset: number
  readonly version: FileVersion
}

/** The version that an answer with a whole file is of. */
export function versionOf(answer: Pick<Answer, 'header'>): FileVersion {
  return {
    etag: answer.header('etag'),
    lastModified: answer.header('last-modified'),
    byteLength: parseByteLength(answer.header('content-length')),
  }
}

/**
 * The headers of a request for the rest of a file. `If-Range` asks for it only of the same version, but may name neither a
 * weak tag nor nothing: the answer is compared in any case.
 *
 * Protocol: RFC 9110, 13.1.5 and 14.2.
 */
export function rangeHeaders({ offset, version }: FilePosition): Readonly<Record<string, string>> {
  const { etag, lastModified } = version
  const validator = etag === undefined || etag.startsWith('W/') ? lastModified : etag
  return { range: `bytes=${offset}-`, ...(validator !== undefined && { 'if-range': validator }) }
}

/**
 * Makes sure that an answer with status 200, 206 or 416 is the rest of the file, and of the same version.
 *
 * A server that knows no ranges sends all of it: what is at hand is then to be skipped, if the version can be told.
 *
 * @returns the version, which may now know the length; `isWhole` when nothing was missing.
 * @throws {IoError} `REMOTE_CHANGED` when it is another version, `RANGE_UNSUPPORTED` when the server gives whole files only,
 *   without their version, or another part.
 */
export function checkRest(
  answer: Answer,
  { offset, version }: FilePosition,
): { readonly version: FileVersion; readonly isWhole: boolean; readonly skipByteLength: number } {
  const place = `Cannot fetch ${redactUrl(answer.url.href)} from byte ${offset} on`
  const changed = (what: string): IoError =>
    new IoError('REMOTE_CHANGED', `${place}: the file has changed meanwhile (${what})`, {
      hint: 'Fetch it again from the beginning',
    })

  const range = answer.status === 200 ? undefined : parseContentRange(answer.header('content-range'))
  const byteLength = answer.status === 200 ? versionOf(answer).byteLength : range?.byteLength
  const now = { etag: answer.header('etag'), lastModified: answer.header('last-modified'), byteLength }
  for (const key of ['etag', 'lastModified', 'byteLength'] as const) {
    const [was, is] = [version[key], now[key]]
    if (was !== undefined && is !== undefined && was !== is) throw changed(`${LABELS[key]} ${was}, now ${is}`)
  }
  const known = { ...version, byteLength: version.byteLength ?? byteLength }
  if (answer.status === 416) {
    if (byteLength === offset) return { version: known, isWhole: true, skipByteLength: 0 }
    throw changed(`it ends before byte ${offset}`)
  }
  const startOffset = answer.status === 200 ? 0 : range?.start
  const isSame = (now.etag ?? now.lastModified) !== undefined && (version.etag ?? version.lastModified) !== undefined
  if (startOffset === offset || (startOffset !== undefined && startOffset < offset && isSame)) {
    return { version: known, isWhole: false, skipByteLength: offset - startOffset }
  }
  const part = answer.header('content-range') ?? 'it does not say which'
  const sent = answer.status === 200 ? 'only gives whole files' : `sends another part (${part})`
  throw new IoError('RANGE_UNSUPPORTED', `${place}: the server ${sent}`, { hint: 'Fetch it again from the beginning' })
}

const LABELS = { etag: 'entity tag', lastModified: 'last modified', byteLength: 'bytes' } as const

/** `bytes 5-9/10`, `bytes 5-9/*` or `bytes *\/10`. */
function parseContentRange(
  value: string | undefined,
): { readonly start: number | undefined; readonly byteLength: number | undefined } | undefined {
  const match = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(value ?? '')
  return match ? { start: parseByteLength(match[1]), byteLength: parseByteLength(match[2]) } : undefined
}

function parseByteLength(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d+$/.test(text)) return undefined
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : undefined
}
