import { IsokitError } from '../../../errors.ts'
import { decodeDataUrl } from '../../../formats/data-url/index.ts'
import type * as types from '../model/types.ts'

/** How many characters of a URL are looked at; advice should not cost more than validation. */
const HEAD_LENGTH = 64 * 1024

/**
 * The beginning of what a data URL carries, at most 48 KiB, not decompressed.
 *
 * @returns `undefined` for other sources.
 */
export function headOf({ source }: types.Resource): Uint8Array | undefined {
  if (!source?.startsWith('data:')) return undefined
  const comma = source.indexOf(',')
  if (comma < 0 || comma > HEAD_LENGTH) return undefined
  const isBase64 = source.slice(0, comma).endsWith(';base64')
  const data = source.slice(comma + 1, comma + 1 + HEAD_LENGTH)
  // an escape sequence that the cut went through
  const head = isBase64 || data.length < HEAD_LENGTH ? data : data.replace(/%[0-9a-fA-F]?$/, '')
  try {
    return decodeDataUrl(`data:${isBase64 ? ';base64' : ''},${head}`)
  } catch (error) {
    if (error instanceof IsokitError) return undefined
    throw error
  }
}

/** The beginning of inline contents as text; empty when they are fetched or compressed. */
export function inlineTextOf(resource: types.Resource): string {
  const head = resource.compression === 'gzip' ? undefined : headOf(resource)
  return head ? new TextDecoder('latin1').decode(head) : ''
}
