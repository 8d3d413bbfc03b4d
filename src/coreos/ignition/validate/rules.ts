import { checkConfig } from './check-config.ts'
import { checkDisk, checkPartition } from './check-disks.ts'
import { checkFilesystem } from './check-filesystems.ts'
import { checkClevisCustom, checkLuks, checkTang } from './check-luks.ts'
import { checkDirectory, checkFile, checkLink, checkOwner } from './check-nodes.ts'
import { checkRaid } from './check-raid.ts'
import {
  checkAuthority,
  checkHeader,
  checkProxy,
  checkReference,
  checkReferences,
  checkResource,
  checkTls,
  checkVerification,
} from './check-resources.ts'
import { checkStorage } from './check-storage.ts'
import { checkDropin, checkSystemd, checkUnit } from './check-units.ts'
import type { Rules } from './rule.ts'

/** All rules, by the kind of object that they look at. */
export const rules: Rules = {
  config: checkConfig,
  references: checkReferences,
  reference: checkReference,
  replacement: checkReference,
  authority: checkAuthority,
  resource: checkResource,
  header: checkHeader,
  verification: checkVerification,
  proxy: checkProxy,
  tls: checkTls,
  storage: checkStorage,
  owner: checkOwner,
  directory: checkDirectory,
  file: checkFile,
  link: checkLink,
  disk: checkDisk,
  partition: checkPartition,
  filesystem: checkFilesystem,
  raid: checkRaid,
  luks: checkLuks,
  clevisCustom: checkClevisCustom,
  tang: checkTang,
  systemd: checkSystemd,
  unit: checkUnit,
  dropin: checkDropin,
}
