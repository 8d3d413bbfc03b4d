import { currentKargs, reviewKargsEdit } from '../../../../coreos/index.ts'
import { readInput } from '../../../../node/index.ts'
import { bootsThroughGrub, parseKargsFile, planKargs, requireKargs } from '../../../../operations/index.ts'
import { type Command, defineCommand } from '../../../command.ts'
import { editIso, presentEdit } from '../../../edit-iso.ts'
import { ISO_TO_EDIT, OUTPUT, OVERWRITE } from '../../../image-options.ts'

/** `isokit iso kargs modify` */
export const command: Command = defineCommand({
  summary: 'Modify the kernel arguments of a live ISO image',
  description:
    'Arguments are deleted first, then appended, then replaced, whatever the order of the options. They are compared as text: whole arguments between spaces.',
  examples: [
    { summary: 'Add a console', line: 'iso kargs modify -a console=ttyS0,115200n8 fcos.iso' },
    { summary: 'Change a value', line: 'iso kargs modify -r mitigations=auto,nosmt=auto fcos.iso' },
  ],
  isAction: true,
  arguments: { iso: ISO_TO_EDIT },
  options: {
    append: { type: 'list', short: 'a', valueName: '<KARG>', summary: 'Kernel argument to append' },
    delete: { type: 'list', short: 'd', valueName: '<KARG>', summary: 'Kernel argument to delete' },
    replace: {
      type: 'list',
      short: 'r',
      valueName: '<KARG=OLDVAL=NEWVAL>',
      summary: 'Kernel argument to give another value',
    },
    kargsFile: {
      type: 'string',
      valueName: '<path>',
      summary: 'File of kernel arguments to append, one a line',
      description: 'Empty lines and lines that start with # are passed over.',
    },
    output: OUTPUT,
    overwrite: OVERWRITE,
  },
  async run({ iso, append, delete: deleted, replace, kargsFile, output, overwrite }, context) {
    const fromFile =
      kargsFile === undefined ? [] : parseKargsFile(await readInput(kargsFile, { signal: context.signal }), kargsFile)
    const edit = { append: [...append, ...fromFile], delete: deleted, replace }
    return editIso({ iso, output, overwrite }, context, (live) => {
      const patches = planKargs(live, edit)
      if (context.persona === 'isokit') {
        const current = currentKargs(requireKargs(live), live.name)
        for (const finding of reviewKargsEdit(current, edit, { isGrub: bootsThroughGrub(live) })) context.warn(finding)
      }
      return patches
    })
  },
  present: presentEdit('Modified the kernel arguments'),
})
