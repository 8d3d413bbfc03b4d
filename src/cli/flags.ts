import type { ArgumentDefinition, OptionDefinition } from './command.ts'

/** The long flag for an option's key: `kargsFile` is `--kargs-file`. */
export function longFlag(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** How help calls an option's value; `undefined` for a flag that has none. */
export function optionValueName(key: string, option: OptionDefinition): string | undefined {
  if (option.type === 'boolean') return undefined
  return option.valueName ?? `<${longFlag(key).slice(2)}>`
}

/** How messages and help write an option: `-o, --output <path>`. */
export function optionFlags(key: string, option: OptionDefinition): string {
  const short = option.short ? `-${option.short}, ` : ''
  const valueName = optionValueName(key, option)
  return `${short}${longFlag(key)}${valueName ? ` ${valueName}` : ''}`
}

/** The name of a positional argument, in capitals: `outputIso` is `OUTPUT_ISO`. */
export function argumentName(key: string, argument: ArgumentDefinition): string {
  return argument.valueName ?? key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}

/** How usage lines write a positional argument: `<ISO>`, `[INITRD]`, `[GLOB]...`, `<FILE>...`. */
export function argumentUsage(key: string, argument: ArgumentDefinition): string {
  const name = argumentName(key, argument)
  const dots = argument.variadic ? '...' : ''
  return `${isRequired(argument) ? `<${name}>` : `[${name}]`}${dots}`
}

/** Whether a line has to have at least one word for the argument. */
export function isRequired({ optional, variadic, atLeastOne }: ArgumentDefinition): boolean {
  return variadic ? atLeastOne === true : !optional
}
