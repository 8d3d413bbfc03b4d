import type { Keyfile } from './customizations.ts'

/** What a NetworkManager keyfile sets up, without anything that may be secret. */
export interface KeyfileSummary {
  /** The file's name. */
  readonly name: string
  readonly byteLength: number
  /** `connection.id`, if it is given. */
  readonly id: string | undefined
  /** `connection.type`: `ethernet`, `bond`, `wifi` and so on. */
  readonly type: string | undefined
  /** `connection.interface-name`, if the connection is bound to one. */
  readonly interfaceName: string | undefined
}

/** Summarizes a keyfile: the `[connection]` section of its INI text. */
export function summarizeKeyfile({ name, bytes }: Keyfile): KeyfileSummary {
  const values = new Map<string, string>()
  let section = ''
  for (const line of new TextDecoder().decode(bytes).split(/\r?\n/)) {
    const heading = /^\s*\[(.*)\]\s*$/.exec(line)
    if (heading) section = heading[1] ?? ''
    const pair = /^\s*([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line)
    if (pair && section === 'connection') values.set(pair[1] ?? '', pair[2] ?? '')
  }
  return {
    name,
    byteLength: bytes.byteLength,
    id: values.get('id'),
    type: values.get('type'),
    interfaceName: values.get('interface-name'),
  }
}
