import { decodeUtf8 } from '../../bytes/index.ts'
import { FormatError } from '../../errors.ts'
import { asArray, asObject, asString, parseMetadata } from '../metadata.ts'

/** What a platform needs for its console. */
export interface PlatformSettings {
  readonly grubCommands: readonly string[]
  readonly kernelArguments: readonly string[]
}

/** Parses `coreos/platforms.json`: the consoles of each platform that the image knows. Other keys are passed over. */
export function parsePlatforms(bytes: Uint8Array, where: string): ReadonlyMap<string, PlatformSettings> {
  const platforms = Object.entries(parseMetadata(decodeUtf8(bytes, where), where))
  return new Map(
    platforms.map(([name, value]) => {
      const settings = asObject(value, `${name} in ${where}`)
      const lines = (key: string): readonly string[] => asLines(settings[key] ?? [], `${name}.${key} in ${where}`)
      return [name, { grubCommands: lines('grub_commands'), kernelArguments: lines('kernel_arguments') }]
    }),
  )
}

/** Each of them becomes a line, or a part of one. */
function asLines(value: unknown, where: string): readonly string[] {
  return asArray(value, where).map((item, index) => {
    const line = asString(item, `${where}, item ${index},`)
    if (!/[\n\r\0]/.test(line)) return line
    throw new FormatError('METADATA_INVALID', `${where}, item ${index}, should be one line`, {
      hint: 'Use an image that nobody has tampered with',
    })
  })
}
