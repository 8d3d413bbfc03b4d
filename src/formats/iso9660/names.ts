/** What stands for a byte that has no place in a name. */
const REPLACEMENT = '\u{fffd}'

/**
 * Decodes a text of a volume descriptor: a zero byte ends it, spaces that fill it up are removed, and printable ASCII
 * stays as it is. Any other byte becomes U+FFFD, so that an odd label can be shown and does no harm on a terminal.
 */
export function decodeIsoText(bytes: Uint8Array): string {
  return decodePrintable(bytes).trimEnd()
}

/**
 * Decodes the name of a directory record of the plain ISO 9660 tree: `KARGS.JSO;1` is `KARGS.JSO`, `VMLINUZ.;1` is
 * `VMLINUZ`.
 *
 * A final `;1` goes, then one final dot; what remains of `;` and `/` becomes a dot, as in the Linux kernel. A zero byte
 * ends the name. Printable ASCII outside the standard's set stays, and any other byte becomes U+FFFD: a name that nobody
 * asks for must not hide the files that somebody does.
 */
export function decodeIsoName(identifier: Uint8Array): string {
  let end = identifier.byteLength
  if (end >= 2 && identifier[end - 2] === 0x3b && identifier[end - 1] === 0x31) end -= 2 // ;1
  if (end >= 1 && identifier[end - 1] === 0x2e) end -= 1 // .
  return safeName(decodePrintable(identifier.subarray(0, end)).replaceAll(/[;/]/g, '.'))
}

/** Decodes a text of a Joliet volume descriptor, filled up with spaces or zeros. */
export function decodeJolietText(bytes: Uint8Array): string {
  return decodeUcs2(bytes).trimEnd()
}

/** Decodes the name of a directory record of the Joliet tree, without its `;1`. */
export function decodeJolietName(identifier: Uint8Array): string {
  return safeName(decodeUcs2(identifier).replace(/;1$/, '').replaceAll(/[;/]/g, '.'))
}

/** The name made fit for a path: one that is empty, or means a directory itself or its parent, becomes `_` or `__`. */
function safeName(name: string): string {
  return name === '' ? '_' : name === '.' || name === '..' ? '_'.repeat(name.length) : name
}

function decodePrintable(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) {
    if (byte === 0) break
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : REPLACEMENT
  }
  return text
}

/** Big-endian UCS-2, up to a zero. By hand, since a Node built without ICU knows no such encoding. */
function decodeUcs2(bytes: Uint8Array): string {
  let text = ''
  for (let index = 0; index + 1 < bytes.byteLength; index += 2) {
    const unit = (bytes[index] ?? 0) * 256 + (bytes[index + 1] ?? 0)
    if (unit === 0) break
    text += String.fromCharCode(unit)
  }
  return text
}
