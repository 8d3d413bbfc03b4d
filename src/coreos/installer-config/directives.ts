/** Every key with its type, in the order in which the installer writes them. */
export const DIRECTIVES = {
  stream: 'string',
  'image-url': 'url',
  'image-file': 'string',
  'ignition-file': 'string',
  'ignition-url': 'url',
  'ignition-hash': 'hash',
  architecture: 'string',
  platform: 'string',
  console: 'consoles',
  'append-karg': 'strings',
  'delete-karg': 'strings',
  'copy-network': 'boolean',
  'network-dir': 'string',
  'save-partlabel': 'globs',
  'save-partindex': 'partition-ranges',
  offline: 'boolean',
  insecure: 'boolean',
  'insecure-ignition': 'boolean',
  'stream-base-url': 'url',
  'preserve-on-error': 'boolean',
  'fetch-retries': 'retries',
  'secure-ipl': 'boolean',
  'dest-device': 'string',
} as const

/** A key of an installer config: the name of a long option of `coreos-installer install`, or `dest-device`. */
export type InstallerKey = keyof typeof DIRECTIVES

/** How the value of a key is written, and what it has to look like. */
export type DirectiveType = (typeof DIRECTIVES)[InstallerKey]

type ValueOf<Type extends DirectiveType> = Type extends 'boolean'
  ? boolean
  : Type extends 'strings' | 'consoles' | 'globs' | 'partition-ranges'
    ? readonly string[]
    : string

/** An installer config. A key that is absent, false, or an empty list means the same as one that was never given. */
export type InstallerConfig = { readonly [Key in InstallerKey]?: ValueOf<(typeof DIRECTIVES)[Key]> }

/** Every key, in the order in which the installer writes them. */
export const INSTALLER_KEYS: readonly InstallerKey[] = Object.keys(DIRECTIVES) as InstallerKey[]

/** Whether a text is a key. */
export function isInstallerKey(text: string): text is InstallerKey {
  return Object.hasOwn(DIRECTIVES, text)
}

/** Whether the values of a type are lists. */
export function isListType(type: DirectiveType): boolean {
  return type === 'strings' || type === 'consoles' || type === 'globs' || type === 'partition-ranges'
}
