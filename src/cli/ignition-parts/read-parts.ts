import { basename } from 'node:path'
import { decodeUtf8, equalBytes } from '../../bytes/index.ts'
import type { DropinPart, FilePart, Ignition, IgnitionParts } from '../../coreos/index.ts'
import { UsageError } from '../../errors.ts'
import { parseUnit } from '../../formats/systemd-unit/index.ts'
import { readInput } from '../../node/index.ts'
import type { CommandContext } from '../context.ts'
import type { DropinMapping, FileMapping } from './file-mapping.ts'

/** What the command line says should go into a config. */
export interface PartsRequest {
  readonly hostname: string | undefined
  /** Whose keys and password they are; `core` unless given. */
  readonly user: string | undefined
  readonly sshKey: readonly string[]
  readonly sshKeyFile: readonly string[]
  readonly passwordHashFile: string | undefined
  readonly file: readonly FileMapping[]
  readonly unit: readonly string[]
  readonly dropin: readonly DropinMapping[]
  readonly karg: readonly string[]
  readonly ca: readonly string[]
}

/** The user that CoreOS has. */
const DEFAULT_USER = 'core'

/** Whether nothing at all is asked for. */
export function isEmptyRequest(request: PartsRequest): boolean {
  return Object.values(request).every((value) => value === undefined || (Array.isArray(value) && value.length === 0))
}

/**
 * Reads the files that the command line names. Messages name them, and never show what is in them.
 *
 * @throws {IoError} those of files.
 * @throws {UsageError} `COMMAND_LINE_INVALID` for a file that has nothing to give.
 * @throws {FormatError} `TEXT_NOT_UTF8`
 */
export async function readParts(request: PartsRequest, context: CommandContext): Promise<IgnitionParts> {
  const { hostname, karg, ca } = request
  const users = await readUsers(request, context)
  const files = await readFiles(request, context)
  return {
    files: hostname === undefined ? files : [hostnameFile(hostname), ...files],
    units: await readUnits(request, context),
    dropins: await readDropins(request, context),
    users,
    certificateAuthorities: await readAuthorities(ca, context),
    kernelArguments: { shouldExist: karg },
  }
}

function hostnameFile(hostname: string): FilePart {
  return { path: '/etc/hostname', contents: `${hostname}\n`, mode: 0o644, overwrite: true }
}

async function readUsers(request: PartsRequest, context: CommandContext): Promise<readonly Ignition.PasswdUser[]> {
  const { user, sshKey, sshKeyFile, passwordHashFile } = request
  if (user === undefined && sshKey.length === 0 && sshKeyFile.length === 0 && passwordHashFile === undefined) return []
  const keys = sshKey.map((key) => key.trim())
  for (const path of sshKeyFile) keys.push(...(await readKeys(path, context)))
  const distinctKeys = [...new Set(keys)]
  if (distinctKeys.length < keys.length) context.note('An SSH key is given more than once; the config has it once')
  return [
    {
      name: user ?? DEFAULT_USER,
      sshAuthorizedKeys: distinctKeys.length > 0 ? distinctKeys : undefined,
      passwordHash: passwordHashFile === undefined ? undefined : await readPasswordHash(passwordHashFile, context),
    },
  ]
}

async function readKeys(path: string, context: CommandContext): Promise<readonly string[]> {
  const keys = (await readText(path, context))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  if (keys.length === 0) throw new UsageError('COMMAND_LINE_INVALID', `There is no SSH key in ${path}`)
  return keys
}

async function readPasswordHash(path: string, context: CommandContext): Promise<string> {
  const hash = (await readText(path, context)).trim()
  if (hash === '') throw new UsageError('COMMAND_LINE_INVALID', `There is no password hash in ${path}`)
  return hash
}

/** An image may have any of these files, and would not boot if they were not to be replaced. */
async function readFiles({ file }: PartsRequest, { signal }: CommandContext): Promise<readonly FilePart[]> {
  const files: FilePart[] = []
  for (const { local, remote, mode } of file) {
    files.push({ path: remote, contents: await readInput(local, { signal }), mode, overwrite: true })
  }
  return files
}

async function readUnits({ unit }: PartsRequest, context: CommandContext): Promise<readonly Ignition.Unit[]> {
  const units: Ignition.Unit[] = []
  for (const path of unit) {
    const name = basename(path)
    const contents = await readText(path, context)
    const text = parseUnit(contents) // what can't be parsed is refused later, with everything else
    const canBeEnabled = 'problem' in text || text.options.some(({ section }) => section === 'Install')
    if (!canBeEnabled) {
      context.note(`${name} has no section [Install], so the config has it without enabling it`)
    }
    units.push({ name, contents, enabled: canBeEnabled ? true : undefined })
  }
  return units
}

async function readDropins({ dropin }: PartsRequest, context: CommandContext): Promise<readonly DropinPart[]> {
  const dropins: DropinPart[] = []
  for (const { local, unit } of dropin) {
    dropins.push({ unit, name: basename(local), contents: await readText(local, context) })
  }
  return dropins
}

/** Ignition refuses certificates that are listed twice, as scripts that collect them easily do. */
async function readAuthorities(paths: readonly string[], context: CommandContext): Promise<readonly Uint8Array[]> {
  const authorities: Uint8Array[] = []
  for (const path of paths) {
    const bytes = await readInput(path, { signal: context.signal })
    const isRepeat = authorities.some((authority) => equalBytes(authority, bytes))
    if (isRepeat) context.note(`${path} is given more than once; the config has it once`)
    else authorities.push(bytes)
  }
  return authorities
}

async function readText(path: string, { signal }: CommandContext): Promise<string> {
  return decodeUtf8(await readInput(path, { signal }), path)
}
