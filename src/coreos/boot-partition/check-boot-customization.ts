import { encodeUtf8 } from '../../bytes/index.ts'
import { UsageError } from '../../errors.ts'
import { editKargs } from '../kargs.ts'
import type { BootCustomization, BootNetworkFile } from './boot-customization.ts'

/** Names as Ignition and the images have them: `aws`, `digitalocean`, `ibmcloud`. */
const PLATFORM = /^[A-Za-z0-9][A-Za-z0-9._-]*$/
const MAX_NAME_BYTE_LENGTH = 255
const MAX_MODE = 0o7777

/**
 * Finds out what can be known to fail before there is a boot partition to look at.
 *
 * @throws {UsageError} `KARG_INVALID` for kernel arguments, `CUSTOMIZATION_INVALID` for a platform, `KEYFILE_INVALID` for
 *   names of network files.
 */
export function checkBootCustomization(customization: BootCustomization): void {
  const { appendKargs = [], deleteKargs = [], firstbootArgs, platform, networkFiles = [] } = customization
  for (const karg of [...appendKargs, ...deleteKargs]) checkKarg(karg)
  if (firstbootArgs !== undefined) checkFirstbootArgs(firstbootArgs)
  if (platform !== undefined) checkPlatform(platform)
  checkNetworkFiles(networkFiles)
}

function checkKarg(karg: string): void {
  editKargs('', { append: [karg] }) // throws for what no command line can have
}

/** They become the value of a GRUB variable, in quotes, and a part of the line that starts the kernel. */
function checkFirstbootArgs(args: string): void {
  const [character] = /[\n\r\0"'\\$`]/.exec(args) ?? []
  if (character === undefined) return
  throw new UsageError(
    'KARG_INVALID',
    `The kernel arguments for the first boot contain ${JSON.stringify(character)}, with which GRUB would read something else than is written`,
    {
      hint: 'Leave out quotes, backslashes, dollar signs and line breaks, or put the arguments into the Ignition config',
    },
  )
}

function checkPlatform(platform: string): void {
  if (PLATFORM.test(platform)) return
  throw new UsageError(
    'CUSTOMIZATION_INVALID',
    `The platform ${JSON.stringify(platform)} is not the name of one: it can have letters, digits, dots and hyphens`,
    { hint: 'Give a platform that Ignition knows, such as metal or qemu' },
  )
}

function checkNetworkFiles(files: readonly BootNetworkFile[]): void {
  const names = new Set<string>()
  for (const { name, mode } of files) {
    const problem = names.has(name) ? 'is given twice' : findNameProblem(name)
    if (problem !== undefined) {
      throw new UsageError('KEYFILE_INVALID', `The network file ${JSON.stringify(name)} ${problem}`, {
        hint: 'Give each file a name of its own, without folders',
      })
    }
    if (!Number.isInteger(mode) || mode < 0 || mode > MAX_MODE) {
      throw new RangeError(`The mode ${mode} of ${name} has more than permission bits`)
    }
    names.add(name)
  }
}

function findNameProblem(name: string): string | undefined {
  if (name === '' || name === '.' || name === '..') return 'has no name'
  if (/[/\0]/.test(name)) return 'has a slash or a NUL in its name'
  const { byteLength } = encodeUtf8(name)
  return byteLength > MAX_NAME_BYTE_LENGTH ? `has a name of ${byteLength} bytes, more than 255` : undefined
}
