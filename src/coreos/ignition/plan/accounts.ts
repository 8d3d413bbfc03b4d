import type * as types from '../model/types.ts'
import type { KnownSystem } from './base-system.ts'

/** Whether a user or a group will be there when files are written: nobody knows of those that nothing mentions. */
export type Presence = 'present' | 'absent' | 'unknown'

/** The users and groups that owners of files are looked up among. */
export interface Accounts {
  user(name: string): Presence
  group(name: string): Presence
}

/** The accounts that there will be once the config's users and groups are made. */
export function accountsAfter({ users = [], groups = [] }: types.Passwd, system: KnownSystem): Accounts {
  const userNames = presenceByName(users, system.homes.keys())
  const groupNames = presenceByName(groups, system.groups)
  for (const { name, noUserGroup = false } of users) {
    // a new user gets a group of the same name
    const isMade = !noUserGroup && userNames.get(name) === 'present'
    if (isMade && !groupNames.has(name)) groupNames.set(name, 'present')
  }
  return {
    user: (name) => userNames.get(name) ?? 'unknown',
    group: (name) => groupNames.get(name) ?? 'unknown',
  }
}

function presenceByName(
  entries: readonly { readonly name: string; readonly shouldExist?: boolean | undefined }[],
  known: Iterable<string>,
): Map<string, Presence> {
  const presences = new Map<string, Presence>()
  for (const name of known) presences.set(name, 'present')
  for (const { name, shouldExist = true } of entries) presences.set(name, shouldExist ? 'present' : 'absent')
  return presences
}
