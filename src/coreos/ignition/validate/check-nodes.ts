import { formatMode } from '../model/format-mode.ts'
import type * as types from '../model/types.ts'
import { checkPath } from './check-path.ts'
import type { Rule, RuleContext } from './rule.ts'

const MAX_MODE = 0o7777
const PERMISSION_BITS = 0o777
const SPECIAL_BITS = 0o7000

/** A directory to create. */
export const checkDirectory: Rule<types.Directory> = (directory, context) => {
  checkPath(directory.path, ['path'], context)
  checkMode(directory.mode, context)
}

/** A file to write. */
export const checkFile: Rule<types.File> = (file, context) => {
  checkPath(file.path, ['path'], context)
  checkMode(file.mode, context)
  if (file.overwrite && file.contents?.source === undefined) {
    const message = 'what is there is to be overwritten, but contents have no source'
    context.report('overwrite-without-source', ['overwrite'], message, 'Set contents.source, or remove overwrite')
  }
}

/** A link to create; storage as a whole knows what its target is. */
export const checkLink: Rule<types.Link> = (link, context) => checkPath(link.path, ['path'], context)

/** A user or group that owns something. */
export const checkOwner: Rule<types.Owner> = ({ id, name = '' }, { report }) => {
  if (id === undefined || name === '') return
  report('id-and-name', [], 'both an id and a name are given', 'Keep one of them')
}

function checkMode(mode: types.Integer | undefined, { report, isAtLeast }: RuleContext): void {
  if (mode === undefined) return
  const octal = formatMode(mode)
  if (mode < 0 || mode > MAX_MODE) {
    const message = `mode ${mode} is ${octal} in octal, outside 0 to 07777`
    report('mode-out-of-range', ['mode'], message, hintOfMode(mode, MAX_MODE) ?? 'Give a mode of up to 4095 (07777)')
  }
  if (isAtLeast('3.6.0') || (BigInt(mode) & BigInt(SPECIAL_BITS)) === 0n) return
  const message = `mode ${mode} is ${octal} in octal, and setuid, setgid and sticky bits have no effect before spec 3.6.0`
  const hint = hintOfMode(mode, PERMISSION_BITS) ?? 'Leave these bits out, or set ignition.version to 3.6.0'
  report('mode-special-bits', ['mode'], message, hint)
}

/** Most wrong modes are octal digits in the place of a decimal number. */
function hintOfMode(mode: types.Integer, max: number): string | undefined {
  const digits = String(mode)
  const meant = /^[0-7]{1,5}$/.test(digits) ? Number.parseInt(digits, 8) : Number.POSITIVE_INFINITY
  return meant <= max ? `Write ${meant} for 0${digits}` : undefined
}
