import { encodeUtf8 } from '../../../src/bytes/index.ts'
import type { GenerationTraits } from './generations.ts'

/** Install config keys that the installer of 2022 and later lists. */
const DIRECTIVES = [
  'append-karg',
  'architecture',
  'console',
  'copy-network',
  'delete-karg',
  'dest-device',
  'fetch-retries',
  'ignition-file',
  'ignition-hash',
  'ignition-url',
  'image-file',
  'image-url',
  'insecure',
  'insecure-ignition',
  'network-dir',
  'offline',
  'platform',
  'preserve-on-error',
  'save-partindex',
  'save-partlabel',
  'stream',
  'stream-base-url',
]

/** A file with an argument area, as kargs.json lists it. */
export interface KargsFile {
  readonly path: string
  readonly offset: number
}

/** `coreos/features.json`, or nothing for images that have none. */
export function featuresJson({ features }: GenerationTraits): Uint8Array | undefined {
  if (features === 'none') return undefined
  const directives = Object.fromEntries(DIRECTIVES.map((directive) => [directive, true]))
  return encodeJson({
    'installer-config': true,
    ...(features === 'directives' ? { 'installer-config-directives': directives } : {}),
    'live-initrd-network': true,
  })
}

/** `coreos/kargs.json`. Padding and terminator are named when the generation does so. */
export function kargsJson(options: {
  readonly default: string
  readonly files: readonly KargsFile[]
  readonly size: number
  readonly fill?: { readonly pad: string; readonly end: string } | undefined
}): Uint8Array {
  const files = options.files.map(({ path, offset }) => ({ ...options.fill, offset, path }))
  return encodeJson({ default: options.default, files, size: options.size })
}

/** `coreos/igninfo.json` */
export function igninfoJson(info: { file: string; offset?: number; length?: number }): Uint8Array {
  return encodeJson(info)
}

/** JSON as the build writes it: sorted keys, two spaces, a newline at the end. */
function encodeJson(value: unknown): Uint8Array {
  return encodeUtf8(`${JSON.stringify(sortKeys(value), null, 2)}\n`)
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item)]))
}
