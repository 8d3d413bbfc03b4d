import { INSTALLER_KEYS, type InstallerConfig } from './directives.ts'

/** Words that readers of YAML 1.1 or 1.2 take for something else than text. */
const AMBIGUOUS_WORDS = /^(?:|~|null|true|false|yes|no|on|off|y|n|[-+]?\.(?:inf|nan)|=|<<)$/i

/** What looks like a number, a time or a date in YAML 1.1 or 1.2. */
const NUMBER_LIKE = /^[-+.]?[0-9][0-9a-fox_.,:eETZ+-]*$/i

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
  // Control characters, line breaks and lone surrogates have no plain or single-quoted form on one line.
  if (/[\p{Cc}\p{Cs}\u2028\u2029\ufeff]/u.test(text)) return JSON.stringify(text)
  return isPlainSafe(text) ? text : `'${text.replaceAll("'", "''")}'`
}

function isPlainSafe(text: string): boolean {
  if (AMBIGUOUS_WORDS.test(text) || NUMBER_LIKE.test(text) || /^\s|\s$/.test(text)) return false
  if (/: |:$| #/.test(text)) return false
  // `- ` and `? ` start collections, `---` a document; `-x` alone is a word
  return !INDICATOR.test(text) || (/^[-?:][^\s-]/.test(text) && !/^[-?:][,[\]{}]/.test(text))
}
