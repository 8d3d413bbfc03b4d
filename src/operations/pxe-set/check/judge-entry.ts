import { encodeUtf8 } from '../../../bytes/index.ts'
import {
  CONFIG_URL_KARG,
  IGNITION_KARGS,
  kargName,
  kargValues,
  LIVE_ISO_KARG,
  ROOTFS_URL_KARG,
} from '../../../coreos/index.ts'
import type { BootEntry } from '../../../formats/boot-script/index.ts'
import { reviewRootfsUrl } from '../../rootfs-url.ts'
import { MAX_COMMAND_LINE_BYTE_LENGTH } from '../pxe-kargs.ts'
import type { FoundInitrd } from './boot-files.ts'

/**
 * Says what keeps an entry from booting a live system, apart from the files themselves.
 *
 * @param initrds what is known of the entry's initrds; `undefined` for one that can't be looked at, such as one elsewhere.
 *   What it may hold is then not missed.
 * @returns clauses without full stops.
 */
export function judgeEntry(entry: BootEntry, initrds: readonly (FoundInitrd | undefined)[]): readonly string[] {
  const known = initrds.filter((facts) => facts !== undefined)
  const situation = { entry, known, knowsAll: known.length === initrds.length }
  return [judgeInitramfs, judgeRootfs, judgeIgnition, judgeCommandLine].flatMap((judge) => judge(situation))
}

interface Situation {
  readonly entry: BootEntry
  readonly known: readonly FoundInitrd[]
  readonly knowsAll: boolean
}

function judgeInitramfs({ known, knowsAll }: Situation): readonly string[] {
  const initramfs = known.filter(({ initramfsVersion }) => initramfsVersion !== undefined)
  if (initramfs.length > 1) {
    return [`more than one initrd is a live initramfs: ${initramfs.map(({ location }) => location).join(', ')}`]
  }
  return initramfs.length === 0 && knowsAll ? ['none of its initrds is the initramfs of a live system'] : []
}

function judgeRootfs({ entry, known, knowsAll }: Situation): readonly string[] {
  const problems: string[] = []
  const medium = entry.kargs.find((karg) => kargName(karg) === LIVE_ISO_KARG)
  if (medium !== undefined) problems.push(`${medium} makes the live system look for a medium`)
  const url = kargValues(entry.kargs, ROOTFS_URL_KARG).at(-1) // of several, the last counts
  const isLoaded = known.some(({ rootfsVersion }) => rootfsVersion !== undefined)
  if (url !== undefined) problems.push(...reviewRootfsUrl(url).map((sentence) => `${ROOTFS_URL_KARG}: ${sentence}`))
  else if (!isLoaded && knowsAll) {
    problems.push(`there is no rootfs, neither among its initrds nor by the kernel argument ${ROOTFS_URL_KARG}`)
  }
  return problems
}

/** Without its arguments, Ignition does not run; without a config, it should not. */
function judgeIgnition({ entry: { kargs }, known, knowsAll }: Situation): readonly string[] {
  const names = kargs.map(kargName)
  const hasConfig = known.some((facts) => facts.hasConfig) || names.includes(CONFIG_URL_KARG)
  const missing = IGNITION_KARGS.filter((karg) => !names.includes(kargName(karg)))
  if (hasConfig && missing.length > 0) {
    return [`there is an Ignition config, and the kernel arguments lack ${missing.join(' ')}`]
  }
  if (hasConfig || !knowsAll || !names.includes('ignition.firstboot')) return []
  return ['the kernel argument ignition.firstboot starts Ignition, and there is no config for it']
}

function judgeCommandLine({ entry: { kargs, initrds } }: Situation): readonly string[] {
  const { byteLength } = encodeUtf8([`initrd=${initrds.join(',')}`, ...kargs].join(' '))
  if (byteLength <= MAX_COMMAND_LINE_BYTE_LENGTH) return []
  return [`the kernel reads ${MAX_COMMAND_LINE_BYTE_LENGTH} bytes of its arguments, and there are ${byteLength}`]
}
