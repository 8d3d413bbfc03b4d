import { decodeUtf8 } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import { findValueProblem } from './check-value.ts'
import {
  DIRECTIVES,
  type DirectiveType,
  INSTALLER_KEYS,
  type InstallerConfig,
  type InstallerKey,
  isInstallerKey,
  isListType,
} from './directives.ts'
import { readYaml, type YamlNode, type YamlPosition } from './read-yaml.ts'

/** What is wrong with one place of an installer config. */
export interface InstallerConfigProblem {
  /** Lines and columns from 1. */
  readonly line: number
  readonly column: number
  /** The key that it is about; `undefined` when it is the text as a whole. */
  readonly key: string | undefined
  /** A clause. */
  readonly message: string
  /** One imperative sentence. */
  readonly hint?: string | undefined
}

/** What came of an installer config. */
export interface ParsedInstallerConfig {
  /** The config; with problems, what could be made of it. */
  readonly config: InstallerConfig
  /** Where each key of the config stands. */
  readonly positions: ReadonlyMap<InstallerKey, YamlPosition>
  /** All problems in the order of the text; with any, the installer refuses the config. */
  readonly problems: readonly InstallerConfigProblem[]
}

/** The longest text that is read. Real ones have some lines. */
const MAX_BYTE_LENGTH = 1024 * 1024

/**
 * Reads an installer config and throws unless the installer would take it.
 *
 * @param name how messages call the config.
 * @throws {FormatError} `INSTALLER_CONFIG_INVALID` with all problems, each with line and column.
 */
export async function readInstallerConfig(bytes: Uint8Array, name: string): Promise<InstallerConfig> {
  const { config, problems } = await parseInstallerConfig(bytes)
  if (problems.length === 0) return config
  throw installerConfigError(problems, name)
}

/** The error for a config that the installer would not take: `INSTALLER_CONFIG_INVALID` with all its problems. */
export function installerConfigError(problems: readonly InstallerConfigProblem[], name: string): FormatError {
  const lines = problems.map(({ line, column, key, message }) => {
    return `parsing installer config ${name}:${line}:${column}: ${key === undefined ? '' : `${key}: `}${message}`
  })
  const [hint, ...others] = new Set(problems.flatMap((problem) => problem.hint ?? []))
  return new FormatError(
    'INSTALLER_CONFIG_INVALID',
    lines.join('\n    '),
    hint !== undefined && others.length === 0 ? { hint } : {},
  )
}

/**
 * Parses an installer config: one YAML 1.2 document with a mapping from keys to values, or nothing at all. The text is
 * looked at to its end.
 *
 * Numbers and other plain scalars are texts where a text is wanted. Only unquoted `true` and `false` are booleans.
 */
export async function parseInstallerConfig(bytes: Uint8Array): Promise<ParsedInstallerConfig> {
  if (bytes.byteLength > MAX_BYTE_LENGTH) {
    return refused({ line: 1, column: 1 }, `the text has more than ${MAX_BYTE_LENGTH} bytes`)
  }
  let text: string
  try {
    text = decodeUtf8(bytes, 'the text')
  } catch (error) {
    if (error instanceof FormatError) return refused({ line: 1, column: 1 }, 'the text is not UTF-8')
    throw error
  }
  const { root, faults } = await readYaml(text)
  if (faults.length > 0) {
    return withoutConfig(faults.map(({ position, message }) => ({ ...position, key: undefined, message })))
  }
  if (!root || isNothing(root)) return withoutConfig([])
  if (root.kind === 'map') return readMapping(root.entries)
  return refused(root.position, 'a mapping from keys to values belongs here')
}

function refused(position: YamlPosition, message: string): ParsedInstallerConfig {
  return withoutConfig([{ ...position, key: undefined, message }])
}

function withoutConfig(problems: readonly InstallerConfigProblem[]): ParsedInstallerConfig {
  return { config: {}, positions: new Map(), problems }
}

function readMapping(entries: readonly (readonly [YamlNode, YamlNode])[]): ParsedInstallerConfig {
  const reader = new ValueReader()
  const config: Partial<Record<InstallerKey, string | boolean | readonly string[]>> = {}
  const positions = new Map<InstallerKey, YamlPosition>()
  for (const [key, value] of entries) {
    if (key.kind !== 'scalar') {
      reader.report(key, undefined, 'a key is a word')
    } else if (isInstallerKey(key.text)) {
      const read = reader.read(key.text, value)
      if (read === undefined) continue
      config[key.text] = read
      positions.set(key.text, key.position)
    } else {
      reader.report(key, undefined, `unknown key ${JSON.stringify(key.text)}`, hintFor(key.text))
    }
  }
  return { config: config as InstallerConfig, positions, problems: reader.problems }
}

class ValueReader {
  readonly problems: InstallerConfigProblem[] = []

  report({ position }: YamlNode, key: string | undefined, message: string, hint?: string): void {
    this.problems.push({ ...position, key, message, hint })
  }

  /** The value of a key; `undefined` for none and for one that can't be used. */
  read(key: InstallerKey, node: YamlNode): string | boolean | readonly string[] | undefined {
    const type = DIRECTIVES[key]
    if (type === 'boolean') return this.#readBoolean(key, node)
    if (!isListType(type)) return isNothing(node) ? undefined : this.#readText(key, node, type)
    if (isNothing(node) && node.kind === 'scalar') return []
    if (node.kind !== 'list') {
      this.report(node, key, 'a list belongs here', `Write it as ${key}: [VALUE], or with a dash on a line of its own`)
      return undefined
    }
    return node.items.flatMap((item) => this.#readText(key, item, type) ?? [])
  }

  #readBoolean(key: InstallerKey, node: YamlNode): boolean | undefined {
    const text = node.kind === 'scalar' && node.isPlain ? node.text : ''
    if (/^(?:true|True|TRUE)$/.test(text)) return true
    if (/^(?:false|False|FALSE)$/.test(text)) return false
    this.report(node, key, 'true or false belongs here', 'Write true or false, without quotes')
    return undefined
  }

  #readText(key: InstallerKey, node: YamlNode, type: DirectiveType): string | undefined {
    if (node.kind !== 'scalar') {
      this.report(
        node,
        key,
        `a text belongs here, not a ${node.kind === 'map' ? 'mapping' : 'list'}`,
        'Quote the value',
      )
      return undefined
    }
    const problem = findValueProblem(type, node.text)
    if (!problem) return node.text
    // [ttyS0,115200n8] is a list of two
    const isSplit = type === 'consoles' && /^[0-9]/.test(node.text)
    const hint = isSplit ? 'Quote values that have a comma' : problem.hint
    this.report(node, key, problem.message, hint)
    return undefined
  }
}

/** Whether a value is YAML's nothing: `~`, `null`, or no text at all. */
function isNothing(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.isPlain && /^(?:|~|null|Null|NULL)$/.test(node.text)
}

/** What was probably meant: the same word with underscores or in capitals, or the name of the kernel argument. */
function hintFor(text: string): string {
  const folded = text.toLowerCase().replaceAll('_', '-')
  const aliases: Readonly<Record<string, InstallerKey>> = {
    'install-dev': 'dest-device',
    ignition: 'ignition-file',
    'platform-id': 'platform',
  }
  const meant = isInstallerKey(folded) ? folded : aliases[folded]
  return meant ? `Write ${meant}` : `Use one of ${INSTALLER_KEYS.join(', ')}`
}
