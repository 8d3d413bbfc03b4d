import type { BooleanOption, ListOption, StringOption } from './command.ts'

/** The positional argument of commands that edit an image. */
export const ISO_TO_EDIT: { readonly summary: string } = { summary: 'ISO image to edit; in place without --output' }

/** The positional argument of commands that only read an image. */
export const ISO_TO_READ: { readonly summary: string } = { summary: 'ISO image to read' }

/** Where an edited image goes. */
export const OUTPUT: StringOption & { readonly type: 'string' } = {
  type: 'string',
  short: 'o',
  valueName: '<path>',
  summary: 'Write to a new file, or to stdout with -',
  description: 'An existing file is not replaced. The original image stays as it is.',
}

/** Whether the output may replace a file. */
export const OVERWRITE: BooleanOption & { readonly type: 'boolean' } = {
  type: 'boolean',
  summary: 'Let --output replace an existing file',
}

/** Whether other customizations may be replaced. */
export const FORCE: BooleanOption & { readonly type: 'boolean' } = {
  type: 'boolean',
  short: 'f',
  summary: 'Replace what is embedded',
}

/** Which Ignition configs to embed. */
export const IGNITION_FILES: ListOption & { readonly type: 'list' } = {
  type: 'list',
  short: 'i',
  valueName: '<path>',
  summary: 'Ignition config [default: stdin]',
  description:
    'Several are merged into one as Ignition merges, each into those before it. One alone is taken byte for byte; - is ' +
    'stdin.',
}

/** Whether the Ignition config is looked at. */
export const NO_VALIDATE: BooleanOption & { readonly type: 'boolean' } = {
  type: 'boolean',
  summary: 'Take the config as it is, whatever it says',
}
