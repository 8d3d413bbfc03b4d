import type { InitramfsInspection } from '../operations/index.ts'
import { countOf } from './count-of.ts'
import { formatSize } from './format-size.ts'
import { describeFeatures, ignitionLines, keyfileLines, listLines } from './present-inspection.ts'

/** Words an inspection of an initramfs for people: one fact a line, the details of each under it. */
export function presentInitramfs(inspection: InitramfsInspection): string {
  const { initramfs, byteLength, version, features, archives, isCustomized, baseByteLength } = inspection
  const lines = [
    `${initramfs} (${formatSize(byteLength)}, ${isCustomized ? 'customized' : 'as published'})`,
    `Version: ${version}`,
    `Can be customized with: ${describeFeatures(features)}`,
    `Rootfs: ${inspection.checksRootfs ? 'the one of the same build' : 'not checked'}`,
    ...listLines(
      'Archives',
      archives.map(({ offset, compression = 'not compressed', memberCount, isCustomization }) => {
        const suffix = isCustomization ? ', customizations' : ''
        return `at offset ${offset}: ${compression}, ${countOf(memberCount, 'member')}${suffix}`
      }),
    ),
    `As published: ${baseByteLength} of ${byteLength} bytes`,
    ...ignitionLines(inspection.ignition, ''),
    ...keyfileLines(inspection.keyfiles),
    ...listLines('Kernel arguments to boot with', inspection.requiredKargs),
  ]
  return lines.join('\n')
}
