import { formatConsoleSpec } from '../installer-config/index.ts'
import { type BootCustomization, METAL_PLATFORM } from './boot-customization.ts'
import type { BootFiles } from './boot-files.ts'
import { grubConsoleCommands } from './console-settings.ts'
import { type PlatformSettings, parsePlatforms } from './platforms.ts'

/** How the console of an installed system is set up. */
export interface ConsoleSetup {
  /** Kernel arguments that are added, and those of metal that go. */
  readonly appendKargs: readonly string[]
  readonly deleteKargs: readonly string[]
  /** What GRUB runs instead of what it runs now; `undefined` when nothing changes there. */
  readonly grubCommands: readonly string[] | undefined
  readonly notices: readonly string[]
}

const PLATFORMS_FILE = 'coreos/platforms.json'
const UNCHANGED: ConsoleSetup = { appendKargs: [], deleteKargs: [], grubCommands: undefined, notices: [] }
const NO_SETTINGS: PlatformSettings = { grubCommands: [], kernelArguments: [] }

/** Consoles that are asked for take the place of the platform's, and either takes that of metal's. */
export async function planConsole(
  boot: BootFiles,
  { platform, consoles = [], isS390x = false }: BootCustomization,
): Promise<ConsoleSetup> {
  const isOtherPlatform = platform !== undefined && platform !== METAL_PLATFORM
  if (consoles.length === 0 && !isOtherPlatform) return UNCHANGED

  const bytes = await boot.read(PLATFORMS_FILE)
  const platforms = bytes && parsePlatforms(bytes, `${PLATFORMS_FILE} on the boot partition`)
  const metal = platforms?.get(METAL_PLATFORM) ?? NO_SETTINGS
  const known = platform === undefined ? undefined : platforms?.get(platform)
  const settings: PlatformSettings =
    consoles.length > 0
      ? {
          grubCommands: grubConsoleCommands(consoles),
          kernelArguments: consoles.map((spec) => `console=${formatConsoleSpec(spec)}`),
        }
      : (known ?? NO_SETTINGS)
  const isSame = equalLists(settings.grubCommands, metal.grubCommands)
  const isUnknown = consoles.length === 0 && platforms !== undefined && known === undefined
  return {
    appendKargs: settings.kernelArguments,
    deleteKargs: metal.kernelArguments,
    grubCommands: isS390x || isSame ? undefined : settings.grubCommands,
    notices: isUnknown
      ? [`The image has no console settings for the platform ${platform}: the kernel will choose`]
      : [],
  }
}

function equalLists(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index])
}
