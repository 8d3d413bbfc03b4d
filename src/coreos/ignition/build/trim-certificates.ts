import { encodeUtf8 } from '../../../bytes/index.ts'
import { UsageError } from '../../../errors.ts'

/** The lines around a block of PEM (RFC 7468). */
const MARKER = /^-----(BEGIN|END) ([^\r\n]*?)-----[ \t\r]*$/gm
const LABEL = 'CERTIFICATE'
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

/** Its bytes, each as a character. */
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf'
const LINE_FEED = 0x0a

/**
 * A bundle of certificates in PEM as Ignition takes it: nothing but a line feed follows the last certificate, and no byte
 * order mark hides the first one. Other text before and between them stays.
 *
 * @throws {UsageError} `IGNITION_INVALID` when there is no certificate, or a block of another kind, which is not shown.
 */
export function trimCertificates(contents: string | Uint8Array): Uint8Array {
  const bytes = typeof contents === 'string' ? encodeUtf8(contents) : contents
  // One character for each byte: text around the certificates may be in any encoding.
  const text = new TextDecoder('latin1').decode(bytes)
  const start = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0
  const end = checkBlocks(text.slice(start)) + start
  const trimmed = new Uint8Array(end - start + 1).fill(LINE_FEED)
  trimmed.set(bytes.subarray(start, end))
  return trimmed
}

/** The index behind the last block. */
function checkBlocks(text: string): number {
  let end = 0
  let bodyStart: number | undefined
  for (const { 0: line, 1: kind, 2: label, index } of text.matchAll(MARKER)) {
    if (label !== LABEL) throw invalid('it has a PEM block that is no certificate', 'Give certificates only')
    if ((kind === 'BEGIN') !== (bodyStart === undefined)) throw damaged()
    if (bodyStart === undefined) bodyStart = index + line.length
    else {
      if (!BASE64.test(text.slice(bodyStart, index).replace(/\s/g, ''))) throw damaged()
      bodyStart = undefined
      end = index + line.trimEnd().length
    }
  }
  if (bodyStart !== undefined) throw damaged()
  if (end === 0) throw invalid('it has no certificate in PEM', 'Convert it with openssl x509 -outform pem')
  return end
}

function damaged(): UsageError {
  return invalid('it has a certificate whose PEM is damaged', 'Check that the file is complete')
}

function invalid(problem: string, hint: string): UsageError {
  return new UsageError('IGNITION_INVALID', problem, { hint })
}
