import type { CompletionOption, CompletionPlace, CompletionValue } from './completion-model.ts'

/**
 * A completion script for bash, from 3.2 on, which macOS still has. Files are left to `complete -o default`, which knows
 * about spaces and slashes.
 */
export function formatBash(programName: string, places: readonly CompletionPlace[]): string {
  const name = `_${programName.replace(/\W/g, '_')}`
  const leading = places.filter(({ words }) => words.length > 0).map(({ words }) => quote(words.join(' ')))
  return `# ${programName} completion for bash

${name}() {
    local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} place='' offered='' i
    # bash takes --flag=value for three words
    if [[ $cur == '=' ]]; then
        cur=''
    elif [[ $prev == '=' ]]; then
        prev=\${COMP_WORDS[COMP_CWORD - 2]}
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "\${place:+$place }\${COMP_WORDS[i]}" in
            ${leading.join(' | ')})
                place="\${place:+$place }\${COMP_WORDS[i]}"
                ;;
        esac
    done
    COMPREPLY=()

    case "$place:$prev" in
${places.flatMap((place) => valueCases(place)).join('\n')}
    esac

    if [[ $cur == -* ]]; then
        case "$place" in
${places.map(flagCase).join('\n')}
        esac
    else
        case "$place" in
${places.map(wordCase).join('\n')}
        esac
    fi
    COMPREPLY=($(compgen -W "$offered" -- "$cur"))
}

complete -o default -F ${name} ${programName}
`
}

/** What follows an option that takes a value. */
function valueCases({ words, options }: CompletionPlace): readonly string[] {
  return options.flatMap(({ long, short, value }) => {
    if (!value) return []
    const patterns = [long, ...(short ? [short] : [])].map((flag) => quote(`${words.join(' ')}:${flag}`))
    return [`        ${patterns.join(' | ')})\n            ${offer(value)}\n            return\n            ;;`]
  })
}

function offer({ choices, completes }: CompletionValue): string {
  if (choices.length > 0) return `COMPREPLY=($(compgen -W ${quote(choices.join(' '))} -- "$cur"))`
  if (completes === 'file') return ':'
  return `compopt +o default${completes === 'directory' ? ' -o dirnames' : ''} 2>/dev/null`
}

function flagCase({ words, options }: CompletionPlace): string {
  const flags = options.flatMap(({ long, short }: CompletionOption) => (short ? [long, short] : [long]))
  return `            ${quote(words.join(' '))}) offered=${quote(flags.join(' '))} ;;`
}

function wordCase({ words, commands, arguments: values }: CompletionPlace): string {
  const offered = [...commands.map(({ name }) => name), ...values.flatMap(({ choices }) => choices)]
  return `            ${quote(words.join(' '))}) offered=${quote(offered.join(' '))} ;;`
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
