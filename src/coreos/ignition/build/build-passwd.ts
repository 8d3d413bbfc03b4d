import { UsageError } from '../../../errors.ts'
import type { IgnitionPath } from '../model/path.ts'
import type * as types from '../model/types.ts'
import { type BuildContext, withPaths } from './build-context.ts'
import type { IgnitionParts } from './ignition-parts.ts'

const LINE_BREAK_OR_NUL = /[\n\r\0]/

/** What separates fields and paths in the databases of accounts, or makes useradd take the name for an option. */
const UNUSABLE_NAME = /^(?:$|-)|[:/\s\0]/

/** The users and groups of the parts, behind those of the base. */
export function buildPasswd(parts: IgnitionParts, context: BuildContext): types.Passwd {
  const base = parts.base?.passwd ?? {}
  const users = withPaths(parts.users, ['passwd', 'users'], base.users).map(([user, path]) => {
    checkAccount(user, path, context)
    const sshAuthorizedKeys = user.sshAuthorizedKeys?.map(
      (key, index) => context.attempt([...path, 'sshAuthorizedKeys', index], () => parseSshKey(key)) ?? '',
    )
    return { ...user, sshAuthorizedKeys }
  })
  const groups = withPaths(parts.groups, ['passwd', 'groups'], base.groups).map(([group, path]) => {
    checkAccount(group, path, context)
    return group
  })
  return { groups: [...(base.groups ?? []), ...groups], users: [...(base.users ?? []), ...users] }
}

/**
 * One line of an `authorized_keys` file, trimmed. Its syntax is left to sshd.
 *
 * @throws {UsageError} `IGNITION_INVALID` for a text of no or several lines, and for a private key; it is not shown.
 */
export function parseSshKey(text: string): string {
  const key = text.trim()
  if (key.includes('PRIVATE KEY-----')) {
    throw new UsageError('IGNITION_INVALID', 'this is a private key', {
      hint: 'Give the public key, from the .pub file',
    })
  }
  if (key === '' || LINE_BREAK_OR_NUL.test(key)) {
    throw new UsageError('IGNITION_INVALID', `an SSH key is one line${key === '' ? ', and this is empty' : ''}`)
  }
  return key
}

function checkAccount(
  { name, passwordHash = '' }: types.PasswdUser | types.PasswdGroup,
  path: IgnitionPath,
  context: BuildContext,
): void {
  if (UNUSABLE_NAME.test(name)) {
    context.report([...path, 'name'], 'no user or group can have this name', 'Give a name like core')
  }
  if (LINE_BREAK_OR_NUL.test(passwordHash) || passwordHash.includes(':')) {
    const message = 'a password hash has no colons and no line breaks'
    context.report([...path, 'passwordHash'], message, 'Give the hash alone')
  }
}
