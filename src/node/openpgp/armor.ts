/** One armored part of a file. */
export interface ArmorBlock {
  /** `PUBLIC KEY BLOCK`, `SIGNATURE`. */
  readonly kind: string
  /** From its first line on, perhaps with text behind the last one, which OpenPGP.js passes over. */
  readonly text: string
}

const START = /^(?=-----BEGIN PGP [A-Z ]+-----[ \t\r]*$)/m
const KIND = /^-----BEGIN PGP ([A-Z ]+)-----/

/**
 * Takes a file apart that may have several armored blocks with text between them, as `cat` makes it and as vendors publish
 * their keys. OpenPGP.js reads the first one only.
 *
 * @returns `undefined` for a file that is not armored.
 */
export function splitArmor(bytes: Uint8Array): readonly ArmorBlock[] | undefined {
  const text = new TextDecoder('latin1').decode(bytes) // armor is ASCII, and what stands beside it doesn't matter
  const blocks = text.split(START).flatMap((part) => {
    const kind = KIND.exec(part)?.[1]
    return kind === undefined ? [] : [{ kind, text: part }]
  })
  return blocks.length === 0 ? undefined : blocks
}
