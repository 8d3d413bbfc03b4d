import { encodeUtf8 } from '../../bytes/index.ts'
import {
  CONFIG_URL_KARG,
  IGNITION_KARGS,
  kargName,
  LIVE_ISO_KARG,
  ROOTFS_URL_KARG,
  splitKargs,
} from '../../coreos/index.ts'
import { ImageError, UsageError } from '../../errors.ts'
import { parseUrl } from '../../formats/url/index.ts'
import { reviewRootfsUrl, rootfsKarg } from '../rootfs-url.ts'

/** What is there or not for reasons of its own. */
const DECIDED: ReadonlySet<string> = new Set([LIVE_ISO_KARG, ...IGNITION_KARGS.map(kargName)])

/** The kernel cuts what is longer, with its last NUL, on all architectures that boot over the network this way. */
export const MAX_COMMAND_LINE_BYTE_LENGTH = 2047

/** What the kernel arguments of a network boot are made of. */
export interface PxeKargsParts {
  /** The arguments that the image was made with. */
  readonly defaults: string
  /** Where the rootfs is, unless it is among the initrds. */
  readonly rootfsUrl: string | undefined
  /** Whether an Ignition config is among the initrds. */
  readonly hasConfig: boolean
  /** What the user wants besides. */
  readonly extra: readonly string[]
}

/**
 * The kernel arguments of a network boot: those of the image without its medium, the rootfs, what Ignition needs when there is
 * a config for it and only then, and what the user wants.
 *
 * @throws {UsageError} `KARG_INVALID`
 */
export function pxeKargs({ defaults, rootfsUrl, hasConfig, extra }: PxeKargsParts): readonly string[] {
  for (const karg of extra) checkExtraKarg(karg, rootfsUrl)
  const isFree = (karg: string): boolean => !DECIDED.has(kargName(karg))
  const kept = splitKargs(defaults).filter(isFree)
  const added = extra.filter(isFree)
  const isIgnitionNeeded = hasConfig || [...kept, ...added].some((karg) => kargName(karg) === CONFIG_URL_KARG)
  const ignition = IGNITION_KARGS.map(
    (needed) => extra.findLast((karg) => kargName(karg) === kargName(needed)) ?? needed,
  )
  return [
    ...kept,
    ...(rootfsUrl === undefined ? [] : [checkedRootfsKarg(rootfsUrl)]),
    ...(isIgnitionNeeded ? ignition : []),
    ...added,
  ]
}

/**
 * Refuses a command line that the kernel would cut.
 *
 * @throws {ImageError} `KARGS_TOO_LONG`
 */
export function checkCommandLine(kargs: readonly string[]): void {
  const { byteLength } = encodeUtf8(kargs.join(' '))
  if (byteLength <= MAX_COMMAND_LINE_BYTE_LENGTH) return
  throw new ImageError(
    'KARGS_TOO_LONG',
    `The kernel arguments have ${byteLength} bytes; the kernel reads ${MAX_COMMAND_LINE_BYTE_LENGTH}`,
    { hint: 'Shorten or remove kernel arguments' },
  )
}

function checkExtraKarg(karg: string, rootfsUrl: string | undefined): void {
  const name = kargName(karg)
  if (name === LIVE_ISO_KARG) {
    throw new UsageError('KARG_INVALID', `Cannot use ${karg}: the live system would look for a medium`, {
      hint: 'Leave it out',
    })
  }
  if (name === ROOTFS_URL_KARG && rootfsUrl !== undefined) {
    throw new UsageError('KARG_INVALID', `Cannot use ${karg}: the rootfs is said to be at ${rootfsUrl}`, {
      hint: 'Leave one of them out',
    })
  }
}

/** What the live system can't fetch would keep it waiting for ever. */
function checkedRootfsKarg(url: string): string {
  const karg = rootfsKarg(url)
  const [problem] = reviewRootfsUrl(url)
  if (problem === undefined && /^[^:]/.test(parseUrl(url)?.host ?? '')) return karg
  throw new UsageError('KARG_INVALID', `Cannot use the URL of the rootfs: ${problem ?? 'it names no host'}`, {
    hint: 'Give an http, https or tftp URL',
  })
}
