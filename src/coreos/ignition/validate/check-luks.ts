import { encodeUtf8 } from '../../../bytes/index.ts'
import { readJson } from '../../../formats/json/index.ts'
import type * as types from '../model/types.ts'
import { checkPath } from './check-path.ts'
import { findHttpUrlProblem, findSourceProblem } from './find-source-problem.ts'
import { quote } from './quote.ts'
import type { Rule, RuleContext } from './rule.ts'
import { utf8ByteLength } from './utf8-byte-length.ts'

const MAX_LABEL_BYTE_LENGTH = 47
const PINS = ['tpm2', 'tang', 'sss']

/** An encrypted volume. */
export const checkLuks: Rule<types.Luks> = (luks, context) => {
  const { cex, clevis = {}, device = '', keyFile = {}, label = '', name } = luks
  const { report } = context
  if (name.includes('/')) {
    report('name-contains-slash', ['name'], `the name ${quote(name)} holds a slash`, 'Give a name without a slash')
  }
  const byteLength = utf8ByteLength(label)
  if (byteLength > MAX_LABEL_BYTE_LENGTH) {
    const message = `the label ${quote(label)} has ${byteLength} bytes, more than ${MAX_LABEL_BYTE_LENGTH}`
    report('label-too-long', ['label'], message, 'Shorten it')
  }
  if (device === '') report('device-required', ['device'], 'the volume has no device', 'Set device')
  else checkPath(device, ['device'], context)

  if (hasCustomPin(clevis, context) && hasOwnPins(clevis)) {
    const message = 'a custom pin stands beside tang, tpm2 or threshold'
    report('clevis-custom-conflict', ['clevis'], message, 'Keep either custom or the others')
  }
  const problem = findSourceProblem(keyFile.source ?? '', context)
  if (problem) {
    // Ignition names a key that doesn't exist
    report('luks-key-file-invalid', ['keys'], `keyFile can't be fetched: ${problem.message}`, problem.hint)
  }
  if (!cex?.enabled) return
  if (hasCustomPin(clevis, context) || hasOwnPins(clevis)) {
    report('cex-with-clevis', ['cex'], 'cex and clevis are both to unlock the volume', 'Keep one of them')
  }
  if (keyFile.source) {
    report('cex-with-key-file', ['cex'], 'cex and keyFile are both to unlock the volume', 'Keep one of them')
  }
}

/** A clevis pin with a config of its own. */
export const checkClevisCustom: Rule<types.ClevisCustom> = ({ pin = '', config = '', needsNetwork }, context) => {
  const { report, isAtLeast } = context
  const isBlank = pin === '' && config === '' && !(needsNetwork && isAtLeast('3.3.0'))
  if (isBlank) return
  if (pin === '' && isAtLeast('3.3.0')) {
    report('clevis-pin-required', ['pin'], 'no pin is named', 'Set pin')
  } else if (!PINS.includes(pin) && !isAtLeast('3.6.0')) {
    const message = `${quote(pin)} is no pin that this spec version knows`
    report('clevis-pin-unknown', ['pin'], message, `Use ${PINS.join(', ')}, or set ignition.version to 3.6.0`)
  }
  if (config === '') report('clevis-config-required', ['config'], 'the pin has no config', 'Set config')
}

/** A tang server. */
export const checkTang: Rule<types.Tang> = ({ url, thumbprint = '', advertisement = '' }, { report }) => {
  const problem = findHttpUrlProblem(url)
  if (problem) report(problem.kind, ['url'], problem.message, problem.hint)
  if (thumbprint === '') {
    report('tang-thumbprint-required', ['thumbprint'], 'the key of the server is not named', 'Set thumbprint')
  }
  if (advertisement !== '' && !isJson(advertisement)) {
    const hint = 'Give what the server answers to /adv'
    report('tang-advertisement-invalid', ['advertisement'], 'the advertisement is not JSON', hint)
  }
}

/** Spec 3.2.0 counts a custom pin that is there, but empty. */
function hasCustomPin({ custom }: types.Clevis, { isAtLeast }: RuleContext): boolean {
  return isAtLeast('3.3.0') ? Boolean(custom?.pin) : custom !== undefined
}

function hasOwnPins({ tang = [], tpm2 = false, threshold = 0 }: types.Clevis): boolean {
  return tang.length > 0 || tpm2 || Number(threshold) !== 0
}

/** As Go decides it: a number that no double can hold is none. */
function isJson(text: string): boolean {
  const { document } = readJson(encodeUtf8(text))
  return document !== undefined && !document.hasUnrepresentableNumber
}
