import type { CompletionOption, CompletionPlace, CompletionValue } from './completion-model.ts'

/** A completion script for zsh, to be sourced, or put into a folder of `fpath` under the name `_isokit`. */
export function formatZsh(programName: string, places: readonly CompletionPlace[]): string {
  const name = `_${programName}`
  const leading = places.filter(({ words }) => words.length > 0).map(({ words }) => quote(words.join(' ')))
  return `#compdef ${programName}
# ${programName} completion for zsh

${name}() {
    local place='' next
    local -a offered
    integer i=2
    # words that lead to a command are taken away, so that _arguments counts from there
    while ((i < CURRENT)); do
        next="\${place:+$place }\${words[i]}"
        case "$next" in
            ${leading.join(' | ')})
                place=$next
                words[i]=()
                ((CURRENT--))
                ;;
            *) ((i++)) ;;
        esac
    done

    case "$place" in
${places.map(placeCase).join('\n')}
    esac
}

if [[ $funcstack[1] == ${quote(name)} ]]; then
    ${name} "$@"
else
    compdef ${name} ${programName}
fi
`
}

function placeCase({ words, commands, options, arguments: values }: CompletionPlace): string {
  const indent = ' '.repeat(16)
  const described = commands.map(({ name, summary }) => `${indent}    ${quote(`${name}:${summary}`)}`)
  const specs = [
    ...options.flatMap(optionSpecs),
    ...(commands.length > 0 ? [quote('1: :->command')] : values.map((value) => quote(`*:${valueSpec(value)}`))),
  ]
  const lines = [
    ...(commands.length > 0 ? [`${indent}offered=(`, ...described, `${indent})`] : []),
    `${indent}_arguments -s ${specs.join(` \\\n${indent}    `)}`,
    ...(commands.length > 0 ? [`${indent}[[ $state == command ]] && _describe -t commands command offered`] : []),
  ]
  return `            ${quote(words.join(' '))})\n${lines.join('\n')}\n                ;;`
}

/** One spec for each flag: `_arguments` then refuses neither order, and the other flag is excluded. */
function optionSpecs({ long, short, summary, isRepeatable, value }: CompletionOption): readonly string[] {
  const flags = short ? [short, long] : [long]
  const prefix = isRepeatable ? '*' : `(${flags.join(' ')})`
  const text = summary.replace(/[\\\][:]/g, '\\$&')
  return flags.map((flag) => {
    const separator = value ? (flag === long ? '=' : '+') : ''
    return quote(`${prefix}${flag}${separator}[${text}]${value ? `:${valueSpec(value)}` : ''}`)
  })
}

function valueSpec({ name, choices, completes }: CompletionValue): string {
  const title = name.replace(/[\\:]/g, '\\$&')
  if (choices.length > 0) return `${title}:(${choices.join(' ')})`
  return `${title}:${completes === 'nothing' ? '' : completes === 'directory' ? '_files -/' : '_files'}`
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
