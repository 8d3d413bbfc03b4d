import {
  type ConfigText,
  FINDING_KINDS,
  findField,
  findIgnoredKeys,
  type IgnitionFinding,
  type IgnoredKey,
  type SpecVersion,
} from '../../coreos/index.ts'

/**
 * Words the keys of a text that its version ignores, and that a config made of it doesn't have.
 *
 * @param to the version that the config is upgraded to; a key of that version would take effect there.
 */
export function describeIgnoredKeys(
  text: ConfigText,
  version: SpecVersion,
  to?: SpecVersion,
): readonly IgnitionFinding[] {
  const kind = 'unused-key'
  return findIgnoredKeys(text, version).map(({ path, span }) => {
    const place = { severity: FINDING_KINDS[kind], kind, path, position: text.positionAt(span.start), span } as const
    return { ...place, ...describe({ path, span }, version, to) }
  })
}

function describe(
  { path }: IgnoredKey,
  version: SpecVersion,
  to?: SpecVersion,
): Pick<IgnitionFinding, 'message' | 'hint'> {
  if (to !== undefined && findField(path, to)) {
    const message = `spec ${version} ignores this key, and ${to} knows it; it is left out, so that it does not take effect`
    return { message, hint: 'Add it to the new config, if it is meant' }
  }
  return { message: `spec ${version} ignores this key`, hint: 'Remove it, or correct it' }
}
