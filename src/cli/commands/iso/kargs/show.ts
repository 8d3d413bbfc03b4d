import { currentKargs, readLiveIso } from '../../../../coreos/index.ts'
import { kargsUsage, requireKargs } from '../../../../operations/index.ts'
import { type Command, defineCommand } from '../../../command.ts'
import { ISO_TO_READ } from '../../../image-options.ts'
import { openIso } from '../../../open-iso.ts'

/** `isokit iso kargs show` */
export const command: Command = defineCommand({
  summary: 'Print the kernel arguments of a live ISO image',
  description: 'Areas that disagree are an error that names each text; --usage and --json show them area by area.',
  arguments: { iso: ISO_TO_READ },
  options: {
    default: { type: 'boolean', short: 'd', summary: 'Print the default arguments instead' },
    usage: {
      type: 'boolean',
      summary: 'Print each area with its used and free bytes',
      conflictsWith: ['default'],
    },
  },
  async run({ iso, default: wantsDefault, usage }, context) {
    const { signal, json } = context
    await using source = await openIso(iso, context)
    const live = await readLiveIso(source, { signal })
    const kargs = requireKargs(live)
    const areas = kargsUsage(live)
    const isAgreed = areas.every((area) => area.kargs !== undefined && area.kargs === areas[0]?.kargs)
    const shown = wantsDefault
      ? kargs.default
      : isAgreed || !(usage || json)
        ? currentKargs(kargs, live.name)
        : undefined
    return { isUsage: usage, shown, default: kargs.default, current: isAgreed ? areas[0]?.kargs : undefined, areas }
  },
  present({ isUsage, shown, areas }) {
    if (!isUsage) return `${shown}\n`
    return areas
      .map(
        ({ path = '(not named)', offset, usedByteLength, freeByteLength, kargs = '(not text)' }) =>
          `${path} at offset ${offset}: ${usedByteLength} bytes used, ${freeByteLength} free\n  ${kargs}`,
      )
      .join('\n')
  },
  toJson: ({ default: defaultKargs, current = null, areas }) => ({
    default: defaultKargs,
    current,
    areas: areas.map((area) => ({ ...area, path: area.path ?? null, kargs: area.kargs ?? null })),
  }),
})
