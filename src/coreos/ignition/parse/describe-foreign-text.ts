/** What a text that isn't JSON looks like. */
export interface ForeignText {
  readonly message: string
  readonly hint: string
}

/** How much of a text is looked at. */
const HEAD_BYTE_LENGTH = 4096

/** Recognizes what people hand over in the place of an Ignition config; `undefined` when it is nothing of the kind. */
export function describeForeignText(bytes: Uint8Array): ForeignText | undefined {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    return { message: 'the config is compressed with gzip', hint: 'Decompress it first' }
  }
  const head = headOf(bytes)
  if (/^\s*<(?:!doctype|html|\?xml|head|body)/i.test(head)) {
    return { message: 'this is a web page, not an Ignition config', hint: 'Check where the file was fetched from' }
  }
  if (/^(?:variant|ignition|storage|systemd|passwd)\s*:|^version\s*:\s*['"]?\d/m.test(head) && !/^\s*[{[]/.test(head)) {
    return { message: 'this looks like Butane, which is YAML', hint: 'Convert it to an Ignition config first' }
  }
  return undefined
}

/** Whether a text that isn't JSON has the key by which newer versions of Ignition know Butane, and read it as it is. */
export function isButane(bytes: Uint8Array): boolean {
  return /^(?:variant|'variant'|"variant")\s*:/m.test(headOf(bytes))
}

function headOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, HEAD_BYTE_LENGTH))
}
