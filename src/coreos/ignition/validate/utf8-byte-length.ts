/** Bytes of a text in UTF-8, without encoding it. */
export function utf8ByteLength(text: string): number {
  let byteLength = text.length
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit < 0x80) continue
    // half of a surrogate pair takes two of the pair's four bytes
    const isSurrogate = unit >= 0xd800 && unit <= 0xdfff
    byteLength += unit < 0x800 || isSurrogate ? 1 : 2
  }
  return byteLength
}
