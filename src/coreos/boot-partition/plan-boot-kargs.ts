import { ImageError } from '../../errors.ts'
import { adviseConsoles } from '../installer-config/index.ts'
import { editKargs, findGrubCharacter, reviewKargsEdit, trimKargs } from '../kargs.ts'
import { type BootCustomization, METAL_PLATFORM } from './boot-customization.ts'
import type { ConsoleSetup } from './plan-console.ts'

/** Edits the kernel command line of a boot entry: the platform first, then its console, then what the user wants. */
export function planBootKargs(
  current: string,
  { platform = METAL_PLATFORM, appendKargs = [], deleteKargs = [], isS390x = false }: BootCustomization,
  { console, where }: { readonly console: ConsoleSetup; readonly where: string },
): { readonly options: string; readonly notices: readonly string[] } {
  const onPlatform = setPlatform(current, platform, where)
  const onConsole = editKargs(onPlatform, { append: console.appendKargs, delete: console.deleteKargs })
  const edit = { append: appendKargs.filter(isThere), delete: deleteKargs.filter(isThere) }
  return {
    options: editKargs(onConsole, edit),
    notices: [
      ...reviewKargsEdit(onConsole, edit, { isGrub: false }),
      ...(isS390x ? [] : appendKargs.flatMap(reviewForGrub)),
      ...adviseConsoles(appendKargs, { console: '--console', karg: '--append-karg' }),
    ],
  }
}

/** Scripts hand over variables that may be empty. */
function isThere(karg: string): boolean {
  return trimKargs(karg) !== ''
}

function setPlatform(current: string, platform: string, where: string): string {
  if (platform === METAL_PLATFORM) return current
  const key = 'ignition.platform.id'
  const changed = editKargs(current, { replace: [`${key}=${METAL_PLATFORM}=${platform}`] })
  if (changed !== trimKargs(current)) return changed
  throw new ImageError(
    'BOOT_FILES_INVALID',
    `${where} does not have the kernel argument ${key}=${METAL_PLATFORM}, so the platform ${platform} cannot take its place`,
    { hint: 'Use an image of CoreOS for metal' },
  )
}

/** Boot entries become GRUB scripts before they become kernel command lines. */
function reviewForGrub(karg: string): readonly string[] {
  const character = findGrubCharacter(karg)
  return character === undefined ? [] : [`GRUB gives ${character} in ${trimKargs(karg)} a meaning of its own`]
}
