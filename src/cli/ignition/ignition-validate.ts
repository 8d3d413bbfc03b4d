import packageJson from '../../../package.json' with { type: 'json' }
import { encodeUtf8 } from '../../bytes/index.ts'
import { validateIgnition } from '../../coreos/index.ts'
import { IsokitError } from '../../errors.ts'
import { readInput, writeToStdout } from '../../node/index.ts'
import type { Host } from '../context.ts'
import { EXIT_CODES, type ExitCode } from '../exit-codes.ts'
import { compatReport } from '../ignition-report/compat-report.ts'
import { printable } from '../printable.ts'
import { MAX_CONFIG_BYTE_LENGTH } from './read-ignition-input.ts'

const USAGE = `Usage:
  ignition-validate [flags] config.ign

  -version
    \tprint the version of ignition-validate
`

/**
 * isokit under the name `ignition-validate`: the arguments, the format and the exit codes of Ignition's own validator; its
 * texts are ours.
 */
export async function runIgnitionValidate(argv: readonly string[], host: Host): Promise<ExitCode> {
  const line = parseLine(argv)
  const print = (text: string): Promise<void> =>
    writeToStdout(encodeUtf8(text), { descriptor: host.stdout.descriptor, signal: host.signal })
  if (line.kind === 'wrong') {
    host.stderr.write(`${printable(line.problem)}\n${USAGE}`)
    return EXIT_CODES.wrongCall
  }
  if (line.kind === 'help') {
    host.stderr.write(USAGE)
    return EXIT_CODES.done
  }
  if (line.kind === 'version') {
    await print(`ignition-validate (isokit ${packageJson.version})\n`)
    return EXIT_CODES.done
  }
  const [path, ...more] = line.words
  if (path === undefined || more.length > 0) {
    host.stderr.write(USAGE)
    return EXIT_CODES.failed
  }

  const config = await readConfig(path, host)
  if (!config) return EXIT_CODES.failed
  const { stdout, stderr, hasErrors } = compatReport(validateIgnition(config).findings)
  if (stderr !== '') host.stderr.write(stderr)
  if (stdout !== '') await print(stdout)
  return hasErrors ? EXIT_CODES.failed : EXIT_CODES.done
}

async function readConfig(path: string, { signal, stdin, stderr }: Host): Promise<Uint8Array | undefined> {
  const options = { maxByteLength: MAX_CONFIG_BYTE_LENGTH, signal }
  try {
    return path === '-' ? await stdin.read(options) : await readInput(path, options)
  } catch (error) {
    if (!(error instanceof IsokitError)) throw error
    stderr.write(`couldn't read config: ${printable(error.message)}\n`)
    return undefined
  }
}

type Line =
  | { readonly kind: 'run'; readonly words: readonly string[] }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'wrong'; readonly problem: string }

const TRUTHS: readonly string[] = ['1', 't', 'T', 'true', 'TRUE', 'True']
const UNTRUTHS: readonly string[] = ['0', 'f', 'F', 'false', 'FALSE', 'False']

/** Flags have one dash or two, and end at the first word without one. Go's package flag reads lines like this. */
function parseLine(argv: readonly string[]): Line {
  let wantsVersion = false
  for (const [index, word] of argv.entries()) {
    if (word === '--') return finish(argv.slice(index + 1))
    if (word === '-' || !word.startsWith('-')) return finish(argv.slice(index))
    const [, name = '', value = 'true'] = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(word) ?? []
    if (name === '') return { kind: 'wrong', problem: `bad flag syntax: ${word}` }
    if (name === 'h' || name === 'help') return { kind: 'help' }
    if (name !== 'version') return { kind: 'wrong', problem: `flag provided but not defined: -${name}` }
    if (![...TRUTHS, ...UNTRUTHS].includes(value)) {
      return { kind: 'wrong', problem: `invalid boolean value ${JSON.stringify(value)} for -version` }
    }
    wantsVersion = TRUTHS.includes(value)
  }
  return finish([])

  function finish(words: readonly string[]): Line {
    return wantsVersion ? { kind: 'version' } : { kind: 'run', words }
  }
}
