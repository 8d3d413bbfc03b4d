import type { IgnitionConfig, PasswdUser, Resource } from '../model/types.ts'
import type { ResourceReading } from '../resource/read-resource.ts'
import { accountsAfter } from './accounts.ts'
import type { KnownSystem } from './base-system.ts'
import { planGroups, planUsers, sshKeyPlaceOf } from './plan-accounts.ts'
import { planDisks } from './plan-disks.ts'
import { planExtras } from './plan-extras.ts'
import { planContents } from './plan-fetches.ts'
import { planFilesystems } from './plan-filesystems.ts'
import { planKernelArguments } from './plan-kernel-arguments.ts'
import { planLuks } from './plan-luks.ts'
import { planMounts, planUnmount } from './plan-mounts.ts'
import { planNodes } from './plan-nodes.ts'
import { planPresets } from './plan-presets.ts'
import { planRaid } from './plan-raid.ts'
import { planUnits } from './plan-units.ts'
import type { ProvisioningStep } from './provisioning-plan.ts'
import { TargetTree } from './target-tree.ts'

/** What the stages are planned with. */
export interface StageSurroundings {
  readonly system: KnownSystem
  /** What the config says itself, before the system's own config is merged in. */
  readonly userConfig: IgnitionConfig
  readonly reading: (resource: Resource) => ResourceReading | undefined
}

/** Everything that is done once there is one config, with what is fetched for it in front. */
export function planStages(config: IgnitionConfig, surroundings: StageSurroundings): readonly ProvisioningStep[] {
  const { system, userConfig, reading } = surroundings
  const { kernelArguments = {}, passwd = {}, storage = {}, systemd = {} } = config
  const { users = [], groups = [] } = passwd
  const { units = [] } = systemd
  const tree = new TargetTree(system.links)

  const luks = planLuks(storage.luks ?? [], reading)
  const mounts = planMounts(storage.filesystems ?? [], tree)
  const accounts = accountsAfter(passwd, system)
  const ownUsers = new Set(userConfig.passwd?.users?.map(({ name }) => name))
  const ownUnits = new Set(userConfig.systemd?.units?.map(({ name }) => name))
  const userSteps = planUsers(users, { system, accounts, tree, isFromConfig: (name) => ownUsers.has(name) })
  for (const user of users) placeSshKeys(user, system, tree)
  const nodes = planNodes(storage, tree, { system, accounts, reading })
  return [
    ...planContents(luks, nodes),
    ...planKernelArguments(kernelArguments),
    ...planDisks(storage.disks ?? []),
    ...planRaid(storage.raid ?? []),
    ...luks,
    ...planFilesystems(storage.filesystems ?? []),
    ...mounts,
    ...planGroups(groups),
    ...userSteps,
    ...nodes,
    ...planUnits(units, tree, (name) => ownUnits.has(name)),
    ...planPresets(units),
    ...planExtras(storage.luks ?? []),
    ...planUnmount(mounts),
  ]
}

/** SSH keys are written before files are, with the directories above them. */
function placeSshKeys(user: PasswdUser, system: KnownSystem, tree: TargetTree): void {
  const place = sshKeyPlaceOf(user, system)
  if (place === undefined) return
  if (tree.makeParents(place).obstacle === undefined) tree.putFile(place, `the SSH keys of ${user.name}`)
}
