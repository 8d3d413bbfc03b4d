import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/** Where V8's compiled code is kept from one run to the next. Never worth an error: what fails is passed over. */
export interface CodeCache {
  read(name: string): Uint8Array | undefined
  write(name: string, code: Uint8Array): void
}

/** Permission of others to write. */
const OTHERS_WRITE = 0o022

/**
 * The code cache of this user: `isokit/code` in `$XDG_CACHE_HOME`, or in what other systems have for it.
 *
 * What is kept there is run one day, so only files that nobody but this user can have written are read, and nothing is
 * kept in directories of others, where `sudo` may lead. `NODE_DISABLE_COMPILE_CACHE` switches the cache off, as it does
 * Node's own.
 *
 * @param build Tells this build from all others. The first one to keep something removes what others have kept.
 */
export function openCodeCache(build: string, env: NodeJS.ProcessEnv = process.env): CodeCache | undefined {
  const base = cacheBase(env)
  if (!base || env['NODE_DISABLE_COMPILE_CACHE']) return undefined
  const directory = join(base, 'isokit', 'code')
  return {
    read: (name) => attempt(() => readOwnFile(join(directory, build, name))),
    write(name, code) {
      attempt(() => {
        if (!isOwn(statSync(existsSync(base) ? base : dirname(base)).uid)) return
        // One by one: Node's `recursive` tries for ever where a directory can't hold others, as in /proc.
        for (const path of [base, dirname(directory), directory, join(directory, build)]) makeDirectory(path)
        replaceFile(join(directory, build, name), code)
        for (const other of readdirSync(directory)) {
          if (other !== build) rmSync(join(directory, other), { recursive: true, force: true })
        }
      })
    },
  }
}

function cacheBase(env: NodeJS.ProcessEnv): string | undefined {
  if (env['XDG_CACHE_HOME']) return env['XDG_CACHE_HOME']
  if (process.platform === 'win32') return env['LOCALAPPDATA']
  return env['HOME'] && join(env['HOME'], process.platform === 'darwin' ? 'Library/Caches' : '.cache')
}

function readOwnFile(path: string): Uint8Array | undefined {
  const descriptor = openSync(path, 'r')
  try {
    const { uid, mode } = fstatSync(descriptor)
    // Windows has neither, and a directory that only its user can write to.
    if (process.getuid && (!isOwn(uid) || (mode & OTHERS_WRITE) !== 0)) return undefined
    return readFileSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function makeDirectory(path: string): void {
  if (!existsSync(path)) mkdirSync(path, { mode: 0o700 })
}

function isOwn(uid: number): boolean {
  return !process.getuid || uid === process.getuid()
}

/** Other runs see the old file or the new one. */
function replaceFile(path: string, bytes: Uint8Array): void {
  const temporary = `${path}.${process.pid}`
  try {
    writeFileSync(temporary, bytes, { mode: 0o600, flag: 'wx' })
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action()
  } catch {
    return undefined
  }
}
