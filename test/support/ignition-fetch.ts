import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryDirectory } from './temporary-directory.ts'

/** Ignition itself, as Debian packages it for its initramfs. */
export const IGNITION_PATH = '/usr/lib/dracut/modules.d/30ignition/ignition'

/** What Ignition makes of a config with what that refers to. */
export interface IgnitionRendering {
  /** The text that the later stages work with; `undefined` when it refuses the config. */
  readonly cache: string | undefined
  readonly log: string
}

/** Lets Ignition fetch and render a config, as a booting system does. Everything that it refers to has to be inline. */
export async function runIgnitionFetch(config: string): Promise<IgnitionRendering> {
  await using directory = await temporaryDirectory()
  const at = (name: string): string => join(directory.path, name)
  await writeFile(at('config.ign'), config)
  const argv = [
    ...['--platform', 'file', '--stage', 'fetch', '--root', at('root'), '--log-to-stdout'],
    ...['--config-cache', at('cache'), '--state-file', at('state'), '--neednet', at('neednet')],
  ]
  const env = { IGNITION_CONFIG_FILE: at('config.ign') }
  const log = await promisify(execFile)(IGNITION_PATH, argv, { env, maxBuffer: 2 ** 26 }).then(
    ({ stdout }) => stdout,
    ({ stdout }: { readonly stdout?: string }) => stdout ?? '',
  )
  const cache = await readFile(at('cache'), 'utf8').catch(() => undefined)
  return { cache, log }
}
