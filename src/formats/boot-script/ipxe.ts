import type { BootEntry, BootScript, BootScriptProblem, ParsedBootScript } from './boot-entry.ts'
import { isRemote, normalizeLocation, unsayable } from './locations.ts'

const MAGIC = '#!ipxe'

/** Words that end a command. */
const TERMINATORS: ReadonlySet<string> = new Set(['||', '&&', ';'])

/** Words that don't reach the kernel as they are. */
const MEANT_WORDS: readonly { readonly pattern: RegExp; readonly meaning: string }[] = [
  { pattern: /^(?:\|\||&&|;)$/, meaning: 'ends a command' },
  { pattern: /^#/, meaning: 'starts a comment' },
  { pattern: /\$\{/, meaning: 'holds a variable' },
  { pattern: /\\$/, meaning: 'goes on in the next line' },
]

/** Stands for everything that is loaded. */
const MAGIC_INITRD = 'initrd.magic'

const FETCHED_SCHEMES = /^(?:https?|tftp):/i

/**
 * Words an iPXE script. Relative paths are relative to the script's own address. Each initrd gets a name, and the kernel an
 * argument for it: on UEFI that is how the kernel finds it, and elsewhere it does no harm.
 *
 * iPXE has no quotes: it takes lines apart at white space, once it has put in the values of `${variables}`.
 *
 * @throws {UsageError} `BOOT_ENTRY_INVALID`
 */
export function formatIpxe({ entry, hosts }: BootScript): string {
  for (const karg of entry.kargs) checkWord(karg)
  for (const location of [entry.kernel, ...entry.initrds]) {
    if (!isRemote(location) || FETCHED_SCHEMES.test(location)) continue
    throw unsayable(`iPXE does not fetch ${location}`, 'Use an http, https or tftp URL')
  }
  const names = entry.initrds.map((_, index) => `live${index}`)
  const kernel = ['kernel', entry.kernel, ...names.map((name) => `initrd=${name}`), ...entry.kargs]
  return [
    MAGIC,
    ...(entry.title === '' ? [] : [`# ${entry.title}`]),
    // --replace: a script that was found and then fails is an error, and does not lead back here.
    // biome-ignore lint/suspicious/noTemplateCurlyInString: iPXE's
    ...(hosts.length > 0 ? ['chain --replace --autofree mac-${netX/mac:hexhyp}.ipxe ||'] : []),
    kernel.join(' '),
    ...entry.initrds.map((location, index) => `initrd --name ${names[index]} ${location}`),
    'boot',
    '',
  ].join('\n')
}

function checkWord(word: string): void {
  for (const { pattern, meaning } of MEANT_WORDS) {
    if (!pattern.test(word)) continue
    throw unsayable(`the kernel argument ${word} ${meaning} in an iPXE script, which has no quotes`)
  }
}

/** Finds out what an iPXE script boots. Jumps are passed over: commands are taken in the order of the lines. */
export function parseIpxe(text: string): ParsedBootScript {
  const problems: BootScriptProblem[] = []
  if (!text.startsWith(MAGIC)) problems.push({ line: 1, problem: `the script does not start with ${MAGIC}` })
  const entries: BootEntry[] = []
  let loading = new Loading()
  let title = ''
  for (const { line, words, comment } of commands(text)) {
    if (comment !== undefined && loading.isEmpty && entries.length === 0) title ||= comment
    const [command, ...rest] = words
    switch (command) {
      case 'kernel':
      case 'imgselect':
      case 'imgload':
        loading.kernel(rest, line)
        break
      case 'initrd':
      case 'module':
      case 'imgfetch':
        loading.initrd(rest)
        break
      case 'imgargs':
        loading.kargs = rest.slice(1)
        break
      case 'imgfree':
        loading = new Loading()
        break
      case 'boot': {
        const entry = loading.entry(title, problems, line)
        if (entry) entries.push(entry)
        loading = new Loading()
        break
      }
    }
  }
  if (!loading.isEmpty) problems.push({ line: loading.line, problem: 'a kernel is loaded and never booted' })
  return { entries, scripts: [], problems }
}

/** What has been fetched since the last boot. */
class Loading {
  kargs: readonly string[] = []
  line = 1
  #kernel: string | undefined
  readonly #initrds: { readonly name: string; readonly location: string }[] = []

  get isEmpty(): boolean {
    return this.#kernel === undefined && this.#initrds.length === 0
  }

  kernel(words: readonly string[], line: number): void {
    const { location, rest } = fetched(words)
    this.#kernel = location
    this.kargs = rest
    this.line = line
  }

  initrd(words: readonly string[]): void {
    const { location, name } = fetched(words)
    this.#initrds.push({ name, location })
  }

  entry(title: string, problems: BootScriptProblem[], line: number): BootEntry | undefined {
    if (this.#kernel === undefined || this.#kernel === '') {
      problems.push({ line, problem: 'there is nothing to boot: no kernel was loaded' })
      return undefined
    }
    const wanted = new Set(
      this.kargs.filter((karg) => karg.startsWith('initrd=')).flatMap((karg) => karg.slice(7).split(',')),
    )
    const names = new Set(this.#initrds.map(({ name }) => name))
    const isMagic = wanted.has(MAGIC_INITRD)
    for (const name of [...wanted].filter((name) => name !== MAGIC_INITRD && !names.has(name))) {
      problems.push({ line: this.line, problem: `initrd=${name} names nothing that is loaded` })
    }
    for (const name of [...names].filter((name) => !isMagic && !wanted.has(name))) {
      problems.push({ line: this.line, problem: `initrd=${name} is missing: UEFI machines would not find it` })
    }
    return {
      title,
      kernel: this.#kernel,
      initrds: this.#initrds.map(({ location }) => location),
      kargs: this.kargs.filter((karg) => !karg.startsWith('initrd=')),
    }
  }
}

/** Takes the words of a command that fetches something apart. */
function fetched(words: readonly string[]): {
  readonly location: string
  readonly name: string
  readonly rest: readonly string[]
} {
  let index = 0
  let name: string | undefined
  while (words[index]?.startsWith('-')) {
    const word = words[index++] ?? ''
    const [flag, value] = word.split('=', 2)
    const takesValue = flag === '--name' || flag === '-n' || flag === '--timeout' || flag === '-t'
    const given = value ?? (takesValue ? words[index++] : undefined)
    if (flag === '--name' || flag === '-n') name = given
  }
  const location = normalizeLocation(words[index] ?? '')
  return { location, name: name ?? location.slice(location.lastIndexOf('/') + 1), rest: words.slice(index + 1) }
}

/** The commands of a script with the lines on which they start. A backslash at the end of a line joins it with the next. */
function* commands(
  text: string,
): Generator<{ readonly line: number; readonly words: readonly string[]; readonly comment?: string }, void> {
  const lines = text.split(/\r?\n/)
  for (let index = 0; index < lines.length; index++) {
    const line = index + 1
    const parts: string[] = []
    let part = lines[index] ?? ''
    for (; part.endsWith('\\') && index + 1 < lines.length; part = lines[++index] ?? '') parts.push(part.slice(0, -1))
    const whole = [...parts, part].join('')
    if (whole.startsWith('#')) {
      yield { line, words: [], ...(line > 1 && { comment: whole.slice(1).trim() }) }
      continue
    }
    let words: string[] = []
    for (const word of whole.split(/\s+/).filter((word) => word !== '')) {
      if (word.startsWith('#')) break
      if (TERMINATORS.has(word)) {
        yield { line, words }
        words = []
      } else words.push(word)
    }
    if (words.length > 0) yield { line, words }
  }
}
