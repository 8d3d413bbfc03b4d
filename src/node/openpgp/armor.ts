/** One armored part of a file. */
export interface ArmorBlock {
  /** `PUBLIC KEY BLOCK`, `SIGNATURE`. */
  readonly kind: string
  /** From its first line to its last, or to where it breaks off. */
  readonly text: string
}

const BEGIN = /^-----BEGIN PGP ([A-Z ]+)-----\s*$/

/**
 * Takes a file apart that may have several armored blocks with text between them, as `cat` makes it and as vendors publish
 * their keys. OpenPGP.js reads the first one only.
 *
 * @returns `undefined` for a file that is not armored.
 */
export function splitArmor(bytes: Uint8Array): readonly ArmorBlock[] | undefined {
  const text = new TextDecoder('latin1').decode(bytes) // armor is ASCII, and what stands beside it doesn't matter
  const blocks: { kind: string; lines: string[] }[] = []
  let isInside = false
  for (const line of text.split('\n')) {
    const kind = BEGIN.exec(line)?.[1]
    if (kind !== undefined) blocks.push({ kind, lines: [] })
    isInside ||= kind !== undefined
    if (isInside) blocks.at(-1)?.lines.push(line.trimEnd())
    if (line.startsWith('-----END PGP ')) isInside = false
  }
  return blocks.length === 0 ? undefined : blocks.map(({ kind, lines }) => ({ kind, text: `${lines.join('\n')}\n` }))
}
