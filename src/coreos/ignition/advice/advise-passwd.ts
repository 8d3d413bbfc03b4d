import type * as types from '../model/types.ts'
import type { Rule } from '../validate/rule.ts'

/** crypt(5): a `$` and the method, the locked marks, or the 13 and 20 characters of the oldest methods. */
const HASH = /^(?:[$!*]|_[./0-9A-Za-z]{19}$|[./0-9A-Za-z]{13}$)/
const WEAK_HASH = /^(?:\$1\$|\$md5|_?[./0-9A-Za-z]{13,20}$)/

/** Where a login can come from besides users: keys written by hand, and consoles that ask nobody. */
const LOGIN_PATH = /^\/etc\/(?:shadow|passwd)$|\/\.ssh\/|^\/etc\/coreos\/installer\.d\//
const CONSOLE_UNIT = /^(?:serial-|console-|container-)?getty@|^(?:emergency|rescue|debug-shell)\.service$/

/** sshd(8), AUTHORIZED_KEYS: the type of a key and the key itself, with options before and a comment behind. */
const SSH_KEY = /(?:^|\s)(?:ssh|ecdsa|sk)-[\w.@-]+[ \t]+\S/

/** What is probably not meant about a user. */
export const adviseUser: Rule<types.PasswdUser> = (user, context) => {
  adviseSshKeys(user, context)
  advisePassword(user, context)
}

const adviseSshKeys: Rule<types.PasswdUser> = ({ sshAuthorizedKeys = [] }, { report }) => {
  for (const [index, key] of sshAuthorizedKeys.entries()) {
    const isPrivate = /-----BEGIN [A-Z ]*PRIVATE KEY/.test(key)
    if (!isPrivate && (SSH_KEY.test(key) || /^\s*#/.test(key))) continue
    const message = isPrivate
      ? 'this is a private key, which whoever can read the config gets, and which opens nothing here'
      : 'this is no SSH public key, so that nobody can log in with it'
    report('ssh-key-unusable', ['sshAuthorizedKeys', index], message, 'Give the line of the .pub file')
  }
}

const advisePassword: Rule<types.PasswdUser> = ({ passwordHash = '' }, { report }) => {
  if (passwordHash === '') return
  if (!HASH.test(passwordHash)) {
    const message = 'this is no hash that crypt(5) knows, so that no password matches it'
    report('password-hash-unusable', ['passwordHash'], message, 'Make the hash with mkpasswd --method=yescrypt')
  } else if (WEAK_HASH.test(passwordHash)) {
    const message = 'the hash is of a method that is quickly broken'
    report('password-hash-weak', ['passwordHash'], message, 'Make the hash with mkpasswd --method=yescrypt')
  }
}

/** A machine that nobody can log in to is hard to mend when something else went wrong. */
export const adviseLogin: Rule<types.IgnitionConfig> = (config, { report }) => {
  const { merge = [], replace } = config.ignition.config ?? {}
  if (merge.length > 0 || replace?.source !== undefined) return // they may bring one
  const { files = [], links = [], directories = [] } = config.storage ?? {}
  const canLogIn =
    (config.passwd?.users ?? []).some(hasCredentials) ||
    [...files, ...links, ...directories].some(({ path }) => LOGIN_PATH.test(path)) ||
    (config.systemd?.units ?? []).some(({ name }) => CONSOLE_UNIT.test(name))
  if (canLogIn) return
  const message = 'no user has an SSH key or a password, so that nobody can log in'
  report('no-login', [], message, 'Add sshAuthorizedKeys to the user core in passwd.users')
}

function hasCredentials({ passwordHash = '', sshAuthorizedKeys = [], shouldExist }: types.PasswdUser): boolean {
  return shouldExist !== false && (sshAuthorizedKeys.length > 0 || !/^(?:[!*]|$)/.test(passwordHash))
}
