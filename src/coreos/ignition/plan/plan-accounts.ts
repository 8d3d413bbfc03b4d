import type * as types from '../model/types.ts'
import { cleanPath } from '../validate/check-path.ts'
import type { Accounts, Presence } from './accounts.ts'
import type { KnownSystem } from './base-system.ts'
import { outcome } from './outcome.ts'
import { resolvePath } from './resolve-path.ts'
import { type Failure, type StepBase, stepBase, type Verdict } from './step.ts'
import type { TargetTree } from './target-tree.ts'

/** A group that is made, changed or deleted. */
export interface GroupStep extends StepBase {
  readonly kind: 'group'
  readonly name: string
  readonly shouldExist: boolean
  readonly gid: types.Integer | undefined
  readonly isSystem: boolean
  readonly hasPassword: boolean
}

/** A user who is made, changed or deleted. What is absent stays as it is, or is what the system gives to new users. */
export interface UserStep extends StepBase {
  readonly kind: 'user'
  readonly name: string
  readonly shouldExist: boolean
  /** Whether the system brings this user and the config says nothing about it. */
  readonly isFromBase: boolean
  readonly uid: types.Integer | undefined
  readonly gecos: string | undefined
  readonly homeDirectory: string | undefined
  readonly primaryGroup: string | undefined
  /** The supplementary groups, in the place of those that the user was in. */
  readonly groups: readonly string[]
  readonly shell: string | undefined
  readonly isSystem: boolean
  readonly noCreateHome: boolean
  readonly noUserGroup: boolean
  readonly noLogInit: boolean
  /** `absent` leaves the password of an existing user alone, and locks a new one as `locked` does. */
  readonly password: 'set' | 'locked' | 'absent'
  readonly sshKeyCount: number
  /** The file that the SSH keys go to; `undefined` when nobody knows where the home is. */
  readonly sshKeyFile: string | undefined
}

/** The file for SSH keys from the home directory on. */
const SSH_KEY_FILE = '.ssh/authorized_keys.d/ignition'

const MAX_ID = 0xffff_fffe

/** The groups in the order of the config. */
export function planGroups(groups: readonly types.PasswdGroup[]): readonly GroupStep[] {
  const ids = new Map<number, string>()
  return groups.map(({ name, shouldExist = true, gid, system = false, passwordHash = '' }) => ({
    kind: 'group',
    name,
    shouldExist,
    gid,
    isSystem: system,
    hasPassword: passwordHash !== '',
    ...stepBase('files', {
      outcomes: [
        outcome('account-missing', shouldExist ? 'create' : 'nothing', 'the group'),
        outcome('account-exists', shouldExist ? 'change' : 'delete', 'the group'),
      ],
      failures: shouldExist ? checkId('gid', gid, name, ids) : [],
    }),
  }))
}

/** What users are planned with. */
export interface UserSurroundings {
  readonly system: KnownSystem
  readonly accounts: Accounts
  /** What is mounted by then. */
  readonly tree: TargetTree
  /** Whether the config names the user, and not only the system. */
  readonly isFromConfig: (name: string) => boolean
}

/** The users in the order of the config; those that the system brings come first. */
export function planUsers(users: readonly types.PasswdUser[], surroundings: UserSurroundings): readonly UserStep[] {
  const { system, isFromConfig } = surroundings
  const ids = new Map<number, string>()
  return users.map((user) => {
    const { name, shouldExist = true, passwordHash, sshAuthorizedKeys = [] } = user
    return {
      kind: 'user',
      name,
      shouldExist,
      isFromBase: !isFromConfig(name),
      uid: user.uid,
      gecos: user.gecos,
      homeDirectory: user.homeDir || undefined,
      primaryGroup: user.primaryGroup || undefined,
      groups: user.groups ?? [],
      shell: user.shell || undefined,
      isSystem: user.system ?? false,
      noCreateHome: user.noCreateHome ?? false,
      noUserGroup: user.noUserGroup ?? false,
      noLogInit: user.noLogInit ?? false,
      password: passwordHash === undefined ? 'absent' : passwordHash === '' ? 'locked' : 'set',
      sshKeyCount: sshAuthorizedKeys.length,
      sshKeyFile: sshKeyFileOf(user, system),
      ...stepBase('files', shouldExist ? judgeUser(user, surroundings, ids) : DELETION),
    }
  })
}

const DELETION: Verdict = {
  outcomes: [outcome('account-missing', 'nothing', 'the user'), outcome('account-exists', 'delete', 'the user')],
  isDestructive: true,
  notes: ['the home directory is deleted too'],
}

function judgeUser(
  user: types.PasswdUser,
  { system, accounts, tree }: UserSurroundings,
  ids: Map<number, string>,
): Verdict {
  const home = homeOf(user, system)
  const isMounted = home !== undefined && tree.at(placeOf(home, system))?.isBusy === true
  const groups = [...(user.primaryGroup ? [user.primaryGroup] : []), ...(user.groups ?? [])]
  const groupsOf = (presence: Presence): readonly string[] => groups.filter((name) => accounts.group(name) === presence)
  return {
    outcomes: [
      outcome('account-missing', 'create', 'the user'),
      outcome('account-exists', 'change', 'the user'),
      ...groupsOf('unknown').map((name) => outcome('owner-unknown', 'fail', `group ${name}`)),
    ],
    failures: [
      ...checkId('uid', user.uid, user.name, ids),
      ...groupsOf('absent').map(
        (name): Failure => ({ kind: 'account-deleted', message: `the group ${name} is deleted before` }),
      ),
    ],
    notes: isMounted ? [`${home}, if mounting made it, becomes the user's own, of mode 0700`] : [],
  }
}

function homeOf({ name, homeDir = '' }: types.PasswdUser, { homes }: KnownSystem): string | undefined {
  return homeDir === '' ? homes.get(name) : homeDir
}

/** Where a user's SSH keys lead to; `undefined` when there are none, or nobody knows the home. */
export function sshKeyPlaceOf(user: types.PasswdUser, system: KnownSystem): string | undefined {
  const path = sshKeyFileOf(user, system)
  return path === undefined ? undefined : placeOf(path, system)
}

function placeOf(path: string, { links }: KnownSystem): string {
  return resolvePath(cleanPath(path), links)
}

function sshKeyFileOf(user: types.PasswdUser, system: KnownSystem): string | undefined {
  const { shouldExist = true, sshAuthorizedKeys = [] } = user
  const home = homeOf(user, system)
  return shouldExist && sshAuthorizedKeys.length > 0 && home !== undefined ? `${home}/${SSH_KEY_FILE}` : undefined
}

/** What the system's own tools refuse: an id that is taken, and one that the kernel has no room for. */
function checkId(
  field: 'uid' | 'gid',
  id: types.Integer | undefined,
  name: string,
  taken: Map<number, string>,
): readonly Failure[] {
  if (id === undefined) return []
  const number = Number(id)
  if (number < 0 || number > MAX_ID)
    return [{ kind: 'id-invalid', message: `${field} ${id} is not in the range of ids` }]
  const other = taken.get(number)
  if (other !== undefined) return [{ kind: 'id-taken', message: `${field} ${id} is also that of ${other}` }]
  taken.set(number, name)
  return []
}
