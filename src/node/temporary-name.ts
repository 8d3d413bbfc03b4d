import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { crc32, encodeUtf8 } from '../bytes/index.ts'
import { isPidInUse, ownSystem } from './process-identity.ts'

const PREFIX = '.isokit-'
const SUFFIX = '.tmp'

/**
 * A new name beside `path` for what becomes `path` once it is whole.
 *
 * It tells which output it belongs to and which process owns it, so that a later run finds what a killed run left. It is
 * short whatever the output is called, since names end at 255 bytes.
 */
export function temporaryPath(path: string): string {
  const name = `${familyOf(path)}${process.pid}-${randomName()}${SUFFIX}`
  return join(dirname(path), name)
}

/** Removes the files and directories that killed runs left for the same output. What can't be removed is left. */
export async function removeAbandonedFiles(path: string): Promise<void> {
  const directory = dirname(path)
  const family = familyOf(path)
  const names = await readdir(directory).catch(() => [])
  for (const name of names.filter((name) => name.startsWith(family) && name.endsWith(SUFFIX))) {
    const pid = Number.parseInt(name.slice(family.length), 10)
    if (!Number.isSafeInteger(pid) || isPidInUse(pid)) continue
    await rm(join(directory, name), { recursive: true, force: true }).catch(() => {})
  }
}

/** A name that is most likely free. Not from `node:crypto`, which takes as long to load as a small command does. */
export function randomName(): string {
  return Math.random().toString(36).slice(2)
}

function familyOf(path: string): string {
  const key = crc32(encodeUtf8(`${ownSystem()}\n${basename(path)}`))
  return `${PREFIX}${key.toString(16).padStart(8, '0')}-`
}
