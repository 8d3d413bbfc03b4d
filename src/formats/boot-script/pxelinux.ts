import type { BootEntry, BootScript, BootScriptProblem, ParsedBootScript } from './boot-entry.ts'
import { isRemote, normalizeLocation, unsayable } from './locations.ts'

const LABEL = 'live'

/** Directives that change nothing about what is booted. */
const PASSED_OVER: ReadonlySet<string> = new Set(
  'allowoptions console display font implicit kbdmap menu noescape nohalt onerror prompt say serial text timeout totaltimeout'.split(
    ' ',
  ),
)

/**
 * Words a config file of PXELINUX. Paths start at the folder of `pxelinux.0`; URLs need `lpxelinux.0`, which speaks http.
 *
 * There are no quotes: a line is taken as it is, up to its end.
 *
 * @throws {UsageError} `BOOT_ENTRY_INVALID`
 */
export function formatPxelinux({ entry }: BootScript): string {
  for (const location of [entry.kernel, ...entry.initrds]) {
    if (isRemote(location) && !/^(?:http|tftp):/i.test(location)) {
      throw unsayable(`PXELINUX does not fetch ${location}`, 'Use an http or tftp URL')
    }
  }
  if (entry.kargs.length === 1 && entry.kargs[0] === '-')
    throw unsayable('PXELINUX takes the kernel argument - for none')
  return [
    `DEFAULT ${LABEL}`,
    'PROMPT 0',
    'TIMEOUT 0',
    `LABEL ${LABEL}`,
    ...(entry.title === '' ? [] : [`  MENU LABEL ${entry.title}`]),
    // KERNEL would guess from the name's end what kind of file it is.
    `  LINUX ${entry.kernel}`,
    ...(entry.initrds.length === 0 ? [] : [`  INITRD ${entry.initrds.join(',')}`]),
    ...(entry.kargs.length === 0 ? [] : [`  APPEND ${entry.kargs.join(' ')}`]),
    '',
  ].join('\n')
}

interface Label {
  readonly name: string
  readonly line: number
  title: string
  kernel?: string
  initrd?: string
  append?: string
  isOther: boolean
}

/** Finds out what a config file of PXELINUX boots. */
export function parsePxelinux(text: string): ParsedBootScript {
  const problems: BootScriptProblem[] = []
  const labels: Label[] = []
  const scripts: string[] = []
  let defaultEntry: { readonly name: string; readonly line: number } | undefined
  let globalAppend = ''
  let isInHelp = false
  for (const [index, content] of text.split(/\r?\n/).entries()) {
    const line = index + 1
    const { keyword, value } = takeApart(content)
    const directive = keyword.toLowerCase()
    if (isInHelp) {
      isInHelp = directive !== 'endtext'
      continue
    }
    if (directive === '' || directive.startsWith('#')) continue
    const label = labels.at(-1)
    if (directive === 'label') labels.push({ name: value, line, title: value, isOther: false })
    else if (directive === 'default' || directive === 'ontimeout') defaultEntry ??= { name: value, line }
    else if (directive === 'ui') defaultEntry ??= { name: '', line }
    else if (directive === 'include' || directive === 'config')
      scripts.push(normalizeLocation(value.split(/\s/)[0] ?? ''))
    else if (directive === 'append' && !label) globalAppend = value
    else if (label && (directive === 'linux' || directive === 'kernel')) label.kernel = value
    else if (label && (directive === 'initrd' || directive === 'append')) label[directive] = value
    else if (label && ['localboot', 'boot', 'bss', 'pxe', 'fdimage', 'com32'].includes(directive)) label.isOther = true
    else if (label && directive === 'menu' && /^label\s/i.test(value)) label.title = value.slice(6).trim()
    else if (directive === 'text') isInHelp = true
    else if (!PASSED_OVER.has(directive) && !/^(?:ip|sys)append$|^f\d\d?$/.test(directive)) {
      problems.push({ line, problem: `PXELINUX has no directive ${keyword}${label ? '' : ' before the first LABEL'}` })
    }
  }
  if (defaultEntry === undefined && labels.length > 0) {
    problems.push({ line: 1, problem: 'no DEFAULT says what to boot, so PXELINUX waits at a prompt' })
  } else if (defaultEntry && defaultEntry.name !== '' && !labels.some(({ name }) => name === defaultEntry.name)) {
    problems.push({ line: defaultEntry.line, problem: `there is no LABEL ${defaultEntry.name}` })
  }
  const entries = labels
    .filter(({ isOther, kernel }) => !isOther && !/\.c32$/i.test(kernel ?? ''))
    .flatMap((label) => {
      if (label.kernel) return [toEntry(label, globalAppend)]
      problems.push({ line: label.line, problem: `the LABEL ${label.name} has no kernel` })
      return []
    })
  return { entries, scripts, problems }
}

/** The first word of a line, and the rest. One expression for both would try every end of the rest anew. */
function takeApart(line: string): { readonly keyword: string; readonly value: string } {
  const words = line.trim()
  const end = words.search(/\s/)
  return end < 0 ? { keyword: words, value: '' } : { keyword: words.slice(0, end), value: words.slice(end).trimStart() }
}

function toEntry({ title, kernel = '', initrd, append }: Label, globalAppend: string): BootEntry {
  const words = (append === '-' ? '' : (append ?? globalAppend)).split(/\s+/).filter((word) => word !== '')
  const appended = words.findLast((word) => word.startsWith('initrd='))?.slice('initrd='.length)
  return {
    title,
    kernel: normalizeLocation(kernel),
    initrds: (initrd ?? appended ?? '')
      .split(',')
      .filter((location) => location !== '')
      .map(normalizeLocation),
    kargs: words.filter((word) => !word.startsWith('initrd=')),
  }
}
