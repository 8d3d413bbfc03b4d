import { open, readFile, stat, utimes } from 'node:fs/promises'
import { IoError } from '../errors.ts'
import { type ImagePlace, LOCK_SUFFIX } from './image-place.ts'
import { ownProcess, type ProcessIdentity, processState } from './process-identity.ts'
import { publishFile } from './publish.ts'
import { removeFile } from './remove-file.ts'
import { systemErrorCode, withIoError } from './system-error.ts'
import { randomName, removeAbandonedFiles, temporaryPath } from './temporary-name.ts'
import { atFirstUsableStem } from './usable-stem.ts'

/** How often a lock that vanishes and reappears is tried for. */
const MAX_ATTEMPTS = 20
/** How often the owner of a lock shows that it lives, to those who can't ask for its process. */
const HEARTBEAT_MS = 60_000
/** When a lock of another machine or container, or one that can't be read, counts as left behind. */
const MAX_SILENCE_MS = 10 * HEARTBEAT_MS

/** What a lock file says. */
interface LockFile {
  readonly text: string
  readonly owner: ProcessIdentity | undefined
  readonly isAlive: boolean
}

/**
 * Locks an image against other isokit processes until disposed of. The lock is a file that names its process; one whose
 * process has ended is taken over.
 *
 * @throws {IoError} `IMAGE_BUSY` when another process has it.
 */
export async function lockImage(place: ImagePlace): Promise<AsyncDisposable> {
  for (const stem of place.stems) {
    const path = `${stem}${LOCK_SUFFIX}`
    refuseIfAlive(await withIoError(`lock ${place.path}`, () => readLock(path)), path, place)
  }
  return atFirstUsableStem(place, (stem) => {
    const path = `${stem}${LOCK_SUFFIX}`
    return withIoError(`lock ${place.path} with ${path}`, () => acquire(path, place))
  })
}

async function acquire(path: string, place: ImagePlace): Promise<AsyncDisposable> {
  await removeAbandonedFiles(path)
  const text = JSON.stringify({ ...ownProcess(), id: randomName() })
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (await createLock(path, text)) return holdLock(path, text)
    const found = await readLock(path)
    if (!found) continue // released just now
    refuseIfAlive(found, path, place)
    // Of several processes that see the lock of a dead one, only one may remove it, and only while it is that one: the
    // others could remove the new owner's. Whoever dies while it holds this second lock leaves a third to be held.
    await using _takeover = await acquire(`${path}-takeover`, place)
    if ((await readLock(path))?.text === found.text) await removeFile(path)
  }
  throw busy(place, path, undefined)
}

function holdLock(path: string, text: string): AsyncDisposable {
  const heartbeat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), HEARTBEAT_MS)
  heartbeat.unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(heartbeat)
      if ((await readLock(path))?.text === text) await removeFile(path)
    },
  }
}

/** Makes the lock file together with its content, so that nobody finds it empty. `false` when there is one. */
async function createLock(path: string, text: string): Promise<boolean> {
  const temporary = temporaryPath(path)
  try {
    await using handle = await open(temporary, 'wx', 0o644)
    await handle.writeFile(text)
  } catch (error) {
    await removeFile(temporary)
    throw error
  }
  try {
    await publishFile(temporary, path, { overwrite: false })
    return true
  } catch (error) {
    await removeFile(temporary)
    if (systemErrorCode(error) === 'EEXIST') return false
    throw error
  }
}

async function readLock(path: string): Promise<LockFile | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)])
    const owner = parseOwner(text)
    const state = owner ? processState(owner) : 'unknown'
    const isAlive = state === 'running' || (state === 'unknown' && Date.now() - mtimeMs < MAX_SILENCE_MS)
    return { text, owner, isAlive }
  } catch (error) {
    const errno = systemErrorCode(error)
    if (errno === 'ENOENT' || errno === 'ENOTDIR' || errno === 'ENAMETOOLONG') return undefined
    throw error
  }
}

function parseOwner(text: string): ProcessIdentity | undefined {
  try {
    const { pid, startedAt, system }: Record<string, unknown> = JSON.parse(text) ?? {}
    const isComplete = Number.isSafeInteger(pid) && typeof startedAt === 'string' && typeof system === 'string'
    return isComplete ? { pid: pid as number, startedAt, system } : undefined
  } catch {
    return undefined // another program's, or not written whole where there are no hard links
  }
}

function refuseIfAlive(lock: LockFile | undefined, path: string, place: ImagePlace): void {
  if (lock?.isAlive) throw busy(place, path, lock.owner)
}

function busy(place: ImagePlace, path: string, owner: ProcessIdentity | undefined): IoError {
  const who = owner ? `isokit process ${owner.pid} on ${owner.system.split(' ')[0]}` : 'another process'
  return new IoError('IMAGE_BUSY', `Cannot use ${place.path}: ${who} is changing it`, {
    hint: `Wait for it, or remove ${path} if it does not exist any more`,
  })
}
