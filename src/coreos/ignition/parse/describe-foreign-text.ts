/** What a text that isn't JSON looks like. */
export interface ForeignText {
  readonly message: string
  readonly hint: string
}

/** How much of a text is looked at. */
const HEAD_BYTE_LENGTH = 4096

/** Recognizes what people hand over in the place of an Ignition config; `undefined` when it is nothing of the kind. */
export function describeForeignText(bytes: Uint8Array): ForeignText | undefined {
  const [first, second, third] = bytes
  if (first === 0xef && second === 0xbb && third === 0xbf) {
    return { message: 'the text starts with a byte order mark', hint: 'Save it as UTF-8 without a byte order mark' }
  }
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || first === 0 || second === 0) {
    return { message: 'the text is not UTF-8, but looks like UTF-16', hint: 'Save it as UTF-8' }
  }
  if (first === 0x1f && second === 0x8b) {
    return { message: 'the config is compressed with gzip', hint: 'Decompress it first' }
  }
  const head = new TextDecoder().decode(bytes.subarray(0, HEAD_BYTE_LENGTH))
  if (/^\s*<(?:!doctype|html|\?xml|head|body)/i.test(head)) {
    return { message: 'this is a web page, not an Ignition config', hint: 'Check where the file was fetched from' }
  }
  if (/^(?:variant|ignition|storage|systemd|passwd)\s*:|^version\s*:\s*['"]?\d/m.test(head) && !/^\s*[{[]/.test(head)) {
    return { message: 'this looks like Butane, which is YAML', hint: 'Convert it to an Ignition config first' }
  }
  return undefined
}
