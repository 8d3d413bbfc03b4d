import { type Command, defineCommand } from '../command.ts'
import { COMPLETION_SHELLS, formatCompletion } from '../completion/index.ts'

/** `isokit completion` */
export const command: Command = defineCommand({
  summary: 'Print a completion script for a shell',
  description:
    'The script knows all commands and options of this version and asks nothing at each TAB, so print it again after ' +
    'an update.',
  examples: [
    { summary: 'For this bash session', line: 'completion bash > ~/.isokit-completion && . ~/.isokit-completion' },
    { summary: 'For all fish sessions', line: 'completion fish > ~/.config/fish/completions/isokit.fish' },
  ],
  arguments: { shell: { summary: 'Shell that will read it', choices: COMPLETION_SHELLS } },
  options: {},
  async run({ shell }, { programName, root }) {
    return { shell, script: await formatCompletion(shell, programName, root) }
  },
  present: ({ script }) => script,
})
