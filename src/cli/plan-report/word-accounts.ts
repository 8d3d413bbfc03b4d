import { countOf, joinFacts, type StepOf, type StepText } from './step-text.ts'

/** A group. */
export function wordGroup({ name, shouldExist, gid, isSystem, hasPassword }: StepOf<'group'>): StepText {
  if (!shouldExist) return { line: `${name}: deleted where it exists` }
  return {
    line: name,
    facts: [joinFacts([gid !== undefined && `gid ${gid}`, isSystem && 'system group', hasPassword && 'password set'])],
  }
}

/** A user. */
export function wordUser(step: StepOf<'user'>): StepText {
  const { name, shouldExist, isFromBase, uid, gecos, homeDirectory, primaryGroup, groups, shell } = step
  if (!shouldExist) return { line: `${name}: deleted where it exists` }
  return {
    line: isFromBase ? `${name} (of the system itself)` : name,
    facts: [
      joinFacts([
        uid !== undefined && `uid ${uid}`,
        gecos && JSON.stringify(gecos),
        homeDirectory && `home ${homeDirectory}`,
        shell && `shell ${shell}`,
        step.isSystem && 'system user',
        step.noCreateHome && 'no home made',
        step.noUserGroup && 'no group of its own',
        step.noLogInit && 'not in lastlog',
      ]),
      joinFacts([
        primaryGroup && `primary group ${primaryGroup}`,
        groups.length > 0 && `groups ${groups.join(' ')} in the place of those before`,
      ]),
      joinFacts([wordPassword(step), wordKeys(step)]),
    ],
  }
}

function wordPassword({ password }: StepOf<'user'>): string {
  switch (password) {
    case 'set':
      return 'password set'
    case 'locked':
      return 'password locked'
    case 'absent':
      return 'password locked if new'
  }
}

function wordKeys({ sshKeyCount, sshKeyFile = '.ssh/authorized_keys.d/ignition' }: StepOf<'user'>): string {
  return sshKeyCount === 0 ? 'no SSH keys' : `${countOf(sshKeyCount, 'SSH key')} in ${sshKeyFile}`
}
