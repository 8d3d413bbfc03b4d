import { IGNITION_CONFIG_PATH } from '../coreos/index.ts'
import type { InitrdFile } from '../formats/initrd/index.ts'

const LISTED = 3

/** One thing that takes space: a member of the archive, or a part of the Ignition config. */
interface Contributor {
  readonly label: string
  readonly byteLength: number
}

/**
 * Says what takes the most space in an embed area, in one sentence. Sizes are before compression; contents are never
 * shown, since configs carry secrets.
 */
export function describeContributors(files: readonly InitrdFile[]): string {
  const contributors = files.flatMap((file) =>
    file.path === IGNITION_CONFIG_PATH
      ? configContributors(file.bytes)
      : [{ label: file.path, byteLength: file.bytes.byteLength }],
  )
  const largest = contributors.sort((a, b) => b.byteLength - a.byteLength).slice(0, LISTED)
  const list = largest.map(({ label, byteLength }) => `${label} (${byteLength} bytes)`).join(', ')
  return `The largest contents before compression: ${list}.`
}

/** The config's list entries by size, as JSON; the config as a whole when it isn't JSON or has no lists. */
function configContributors(bytes: Uint8Array): readonly Contributor[] {
  const whole = { label: IGNITION_CONFIG_PATH, byteLength: bytes.byteLength }
  let config: unknown
  try {
    config = JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return [whole]
  }
  const parts = [...listEntries(config, 'Ignition')]
  return parts.length === 0 ? [whole] : parts
}

/** Every entry of the outermost lists of a value: `storage.files[0] /etc/motd`. */
function* listEntries(value: unknown, path: string): Generator<Contributor> {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    for (const [index, entry] of value.entries()) {
      const name = typeof entry === 'object' && entry !== null ? (entry.path ?? entry.name) : undefined
      const label = `${path}[${index}]${typeof name === 'string' ? ` ${name}` : ''}`
      yield { label, byteLength: JSON.stringify(entry).length }
    }
    return
  }
  for (const [key, child] of Object.entries(value)) {
    yield* listEntries(child, path === 'Ignition' ? key : `${path}.${key}`)
  }
}
