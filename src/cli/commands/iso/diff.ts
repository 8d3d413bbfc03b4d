import { readLiveIso } from '../../../coreos/index.ts'
import { nodeCodecs as codecs } from '../../../node/index.ts'
import { diffIsos, type IsoDiff } from '../../../operations/index.ts'
import { type Command, defineCommand } from '../../command.ts'
import { openIso } from '../../open-iso.ts'

const LISTED_RANGES = 20

/** `isokit iso diff` */
export const command: Command = defineCommand({
  summary: 'Show how two live ISO images differ',
  description:
    'Tells which embedded files and kernel arguments differ, and lists every differing range of bytes with the declared area that holds it. Differences outside of all areas are not customizations. Contents are not shown. The exit status is 0 whether the images differ or not.',
  arguments: { a: { summary: 'First ISO image' }, b: { summary: 'Second ISO image' } },
  options: {},
  async run({ a, b }, context) {
    const { signal, onProgress } = context
    await using sourceA = await openIso(a, context)
    await using sourceB = await openIso(b, context)
    const [left, right] = [await readLiveIso(sourceA, { signal }), await readLiveIso(sourceB, { signal })]
    return await diffIsos(left, right, { codecs, signal, onProgress })
  },
  present: presentDiff,
})

function presentDiff({ isEqual, members, kargs, ranges, rangeCount, isOnlyCustomized, problems }: IsoDiff): string {
  if (isEqual) return 'The images are equal'
  const more = rangeCount - Math.min(rangeCount, LISTED_RANGES)
  return [
    isOnlyCustomized ? 'The images differ in customizations only' : 'The images differ outside of their declared areas',
    ...members.map(({ path, change }) => `${change} ${path}`),
    ...(kargs
      ? [
          ...kargs.a.map((line) => `- kernel arguments: ${line}`),
          ...kargs.b.map((line) => `+ kernel arguments: ${line}`),
        ]
      : []),
    ...ranges
      .slice(0, LISTED_RANGES)
      .map(({ offset, byteLength, area }) => `${byteLength} bytes at offset ${offset}: ${area ?? 'no declared area'}`),
    ...(more > 0 ? [`and ${more} more ranges`] : []),
    ...problems,
  ].join('\n')
}
