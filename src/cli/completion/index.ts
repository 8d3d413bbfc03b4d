/**
 * Completion scripts for bash, zsh and fish, generated from the command definitions. They are static: they know the
 * commands, options, choices and kinds of paths of the version that printed them, and run nothing.
 */
export { COMPLETION_SHELLS, type CompletionShell, formatCompletion } from './format-completion.ts'
