import { INSTALLER_KEYS, type InstallerConfig } from './directives.ts'

/** Words that YAML 1.2, which the installer reads, takes for something else than text. */
const RESERVED_WORD =
  /^(?:|~|null|Null|NULL|true|True|TRUE|false|False|FALSE|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/

/** Numbers of YAML 1.2, and what older readers count among them. */
const NUMBER = /^[-+]?(?:0x[0-9a-fA-F]+|0o[0-7]+|0b[01]+|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)$/

/** Characters without a plain or single-quoted form on one line: controls, line breaks, and marks that nobody sees. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\ufeff]/u

/** Characters that mean something at the start of a plain scalar. */
const INDICATOR = /^[-?:,[\]{}#&*!|>'"%@`]/

/**
 * Writes an installer config as YAML, in the order of the keys and in block style. What is absent, false or empty is left out;
 * values that YAML could take for something else than text are quoted.
 */
export function formatInstallerConfig(config: InstallerConfig): string {
  return INSTALLER_KEYS.map((key) => formatEntry(key, config[key])).join('')
}

function formatEntry(key: string, value: string | boolean | readonly string[] | undefined): string {
  if (value === undefined || value === false) return ''
  if (value === true) return `${key}: true\n`
  if (typeof value === 'string') return `${key}: ${formatScalar(value)}\n`
  return value.length === 0 ? '' : `${key}:\n${value.map((item) => `- ${formatScalar(item)}\n`).join('')}`
}

function formatScalar(text: string): string {
  if (UNPRINTABLE.test(text)) return JSON.stringify(text).replace(/[\u0085\u2028\u2029\ufeff]/g, escapeUnicode)
  return isPlainSafe(text) ? text : `'${text.replaceAll("'", "''")}'`
}

function isPlainSafe(text: string): boolean {
  if (RESERVED_WORD.test(text) || NUMBER.test(text) || /^\s|\s$/.test(text)) return false
  if (/: |:$| #|^\.\.\./.test(text)) return false
  // `- ` and `? ` start collections, `---` a document; `-x` alone is a word
  return !INDICATOR.test(text) || (/^[-?:]\S/.test(text) && !/^---|^[-?:][,[\]{}]/.test(text))
}

function escapeUnicode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
