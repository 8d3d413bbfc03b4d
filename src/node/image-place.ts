import { realpath, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { crc32, encodeUtf8 } from '../bytes/index.ts'
import { withIoError } from './system-error.ts'

/** Where an edit in place keeps its lock and its journal. */
export interface ImagePlace {
  /** The image's path as it was given, for messages. */
  readonly path: string
  /** The one path that all of the image's names lead to. */
  readonly realPath: string
  /** Paths to which a suffix is added, the preferred one first: beside the image, then among this user's state. */
  readonly stems: readonly string[]
  /** The one of them that is among this user's state, whose directory may have to be made. */
  readonly userStem: string
  /** The user who owns the image. */
  readonly ownerId: number
}

/** What stands behind a stem. */
export const JOURNAL_SUFFIX = '.isokit-journal'
/** A journal that isn't whole yet. */
export const NEW_JOURNAL_SUFFIX = '.isokit-journal-new'
/** The lock. */
export const LOCK_SUFFIX = '.isokit-lock'

/**
 * Finds the place of an image's journal and lock: beside a file, as `.NAME.isokit-journal`; among the user's state
 * (`$XDG_STATE_HOME/isokit`) for a block device, and where the directory can't be written to.
 *
 * @throws {IoError} `FILE_NOT_FOUND`, `PERMISSION_DENIED`
 */
export async function locateImage(path: string): Promise<ImagePlace> {
  return withIoError(`open ${path}`, async () => {
    const realPath = await realpath(path)
    const stats = await stat(realPath)
    const beside = join(dirname(realPath), `.${basename(realPath)}`)
    const userStem = join(stateDirectory(), stateName(realPath))
    const stems = stats.isBlockDevice() ? [userStem] : [beside, userStem]
    return { path, realPath, stems, userStem, ownerId: stats.uid }
  })
}

/** The image's name, for people who look there, and a checksum that tells images of one name apart. */
function stateName(realPath: string): string {
  const name = basename(realPath)
    .replace(/[^A-Za-z0-9._-]/g, '_')
    .slice(0, 64)
  return `${name}-${crc32(encodeUtf8(realPath)).toString(16).padStart(8, '0')}`
}

/** A relative path in the variable does not count, as the XDG specification has it: locks would depend on where one is. */
function stateDirectory(): string {
  const named = process.env['XDG_STATE_HOME']
  const base =
    (named && isAbsolute(named) && named) ||
    (process.platform === 'win32' && process.env['LOCALAPPDATA']) ||
    join(homedir(), '.local', 'state')
  return join(base, 'isokit')
}
