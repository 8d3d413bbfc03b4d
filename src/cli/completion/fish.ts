import type { CompletionOption, CompletionPlace, CompletionValue } from './completion-model.ts'

/** A completion script for fish, to be sourced, or put into `~/.config/fish/completions`. */
export function formatFish(programName: string, places: readonly CompletionPlace[]): string {
  const isAt = `__${programName.replace(/\W/g, '_')}_is_at`
  const leading = places.filter(({ words }) => words.length > 0).map(({ words }) => quote(words.join(' ')))
  const lines = places.flatMap(({ words, commands, options, arguments: values }) => {
    const start = `complete -c ${programName} -n ${quote([isAt, ...words].join(' '))}`
    return [
      ...commands.map(({ name, summary }) => `${start} -a ${quote(name)} -d ${quote(summary)}`),
      ...options.map((option) => `${start} ${optionWords(option)}`),
      ...values.map((value) => `${start} ${valueWords(value)}`),
    ]
  })
  return `# ${programName} completion for fish

function ${isAt}
    set -l place
    for word in (commandline -opc)[2..]
        if contains -- (string join ' ' -- $place $word) ${leading.join(' ')}
            set -a place $word
        end
    end
    test "$place" = "$argv"
end

complete -c ${programName} -f
${lines.join('\n')}
`
}

function optionWords({ long, short, summary, value }: CompletionOption): string {
  const words = [
    ...(short ? [`-s ${short.slice(1)}`] : []),
    `-l ${long.slice(2)}`,
    ...(value ? [`-r ${valueWords(value)}`] : []),
    `-d ${quote(summary)}`,
  ]
  return words.join(' ')
}

function valueWords({ choices, completes }: CompletionValue): string {
  if (choices.length > 0) return `-f -a ${quote(choices.join(' '))}`
  if (completes === 'directory') return `-f -a ${quote('(__fish_complete_directories)')}`
  return completes === 'file' ? '-F' : '-f'
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`
}
