const END_OF_BLOCK = '\n-----END '
const BEGIN_OF_BLOCK = /^-----BEGIN [^\n]*-----/m
const BEGIN_OF_OTHER_BLOCK = /^-----BEGIN [^\n]*(?:KEY|REQUEST|CRL|PARAMETERS)-----/m

/**
 * Says why Ignition won't take a bundle of certificates: it reads PEM blocks until nothing is left, so that whatever
 * follows the last one, even an empty line, is an error. What the certificates say is not looked at.
 *
 * @returns a clause; `undefined` when nothing is wrong.
 */
export function checkCertificates(bytes: Uint8Array): string | undefined {
  if (bytes.byteLength === 0) return undefined
  const text = new TextDecoder('latin1').decode(bytes)
  const lastEnd = text.lastIndexOf(END_OF_BLOCK)
  if (lastEnd < 0 || !BEGIN_OF_BLOCK.test(text)) return 'it holds no certificate in PEM'
  if (BEGIN_OF_OTHER_BLOCK.test(text)) return 'it holds a PEM block that is no certificate'
  const lineEnd = text.indexOf('\n', lastEnd + END_OF_BLOCK.length)
  const hasMore = lineEnd >= 0 && lineEnd < text.length - 1
  return hasMore ? 'something follows its last certificate, where not even an empty line may be' : undefined
}
