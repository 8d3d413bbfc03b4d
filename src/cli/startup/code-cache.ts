import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'

/** Where V8's compiled code is kept from one run to the next. Never worth an error: what fails is passed over. */
export interface CodeCache {
  read(name: string): Uint8Array | undefined
  write(name: string, code: Uint8Array): void
}

/** Permission of others to write. */
const OTHERS_WRITE = 0o022

const EVERYONE_WRITES = 0o002

/** When what a build keeps counts as left behind: several may be in use at a time. */
const MAX_AGE_MS = 30 * 24 * 60 * 60 * 1000

/**
 * The code cache of this user: `isokit/code` in `$XDG_CACHE_HOME`, or in what other systems have for it.
 *
 * What is kept there is run one day, so only files that nobody but this user can have written are read. Nothing is kept
 * in directories of others, where `sudo` may lead, in one that all may write to, such as `/tmp`, or behind a symbolic
 * link: what stands there is removed some day, and must be ours. `NODE_DISABLE_COMPILE_CACHE` switches the cache off, as
 * it does Node's own.
 *
 * @param build Tells this build from all others. What others have kept is removed when it has become old.
 */
export function openCodeCache(build: string, env: NodeJS.ProcessEnv = process.env): CodeCache | undefined {
  const base = cacheBase(env)
  if (!base || env['NODE_DISABLE_COMPILE_CACHE']) return undefined
  const directory = join(base, 'isokit', 'code')
  const ownDirectories = [join(base, 'isokit'), directory, join(directory, build)]
  return {
    read: (name) =>
      attempt(() => (ownDirectories.every(isOwnDirectory) ? readOwnFile(join(directory, build, name)) : undefined)),
    write(name, code) {
      attempt(() => {
        if (!isPrivatePlace(statSync(existsSync(base) ? base : dirname(base)))) return
        for (const path of ownDirectories) {
          mkdirSync(path, { recursive: true, mode: 0o700 })
          if (!isOwnDirectory(path)) return
        }
        replaceFile(join(directory, build, name), code)
        for (const other of readdirSync(directory).map((name) => join(directory, name))) {
          if (Date.now() - lstatSync(other).mtimeMs > MAX_AGE_MS) rmSync(other, { recursive: true, force: true })
        }
      })
    },
  }
}

function cacheBase(env: NodeJS.ProcessEnv): string | undefined {
  const named = env['XDG_CACHE_HOME']
  if (named && isAbsolute(named)) return named // a relative path does not count, as the XDG specification has it
  if (process.platform === 'win32') return env['LOCALAPPDATA']
  return env['HOME'] && join(env['HOME'], process.platform === 'darwin' ? 'Library/Caches' : '.cache')
}

/** Whether nobody else decides what stands there. Groups may write: with a umask of 002, a user's group is the user. */
function isPrivatePlace({ uid, mode }: Stats): boolean {
  return !process.getuid || (uid === process.getuid() && (mode & EVERYONE_WRITES) === 0)
}

function isOwnDirectory(path: string): boolean {
  const stats = lstatSync(path)
  return stats.isDirectory() && isOwn(stats)
}

function readOwnFile(path: string): Uint8Array | undefined {
  // Windows has no such flag, and a directory that only its user can write to.
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  try {
    return isOwn(fstatSync(descriptor)) ? readFileSync(descriptor) : undefined
  } finally {
    closeSync(descriptor)
  }
}

function isOwn({ uid, mode }: Stats): boolean {
  return !process.getuid || (uid === process.getuid() && (mode & OTHERS_WRITE) === 0)
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
