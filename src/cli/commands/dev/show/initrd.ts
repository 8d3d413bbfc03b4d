import { globFilter, listInitrd } from '../../../../formats/initrd/index.ts'
import { nodeCodecs as codecs } from '../../../../node/index.ts'
import { type Command, defineCommand } from '../../../command.ts'
import { withInitrdInput } from '../../../initrd-input.ts'

/** `isokit dev show initrd` */
export const command: Command = defineCommand({
  summary: 'List the regular files of an initrd',
  description:
    'Archives may follow each other, each plain or compressed. A file that comes several times is listed once.',
  arguments: {
    initrd: { summary: 'initrd to read, or - for stdin' },
    glob: { summary: 'Patterns of the files to list', variadic: true, completes: 'nothing' },
  },
  options: {},
  async run({ initrd, glob }, context) {
    const { signal } = context
    const isWanted = glob.length > 0 ? globFilter(glob) : () => true
    return withInitrdInput(initrd, context, async (input) => {
      const members = await listInitrd(input, { codecs, signal })
      const types = new Map(members.map(({ path, type }) => [path, type])) // the last member of a path counts
      return { files: [...types].flatMap(([path, type]) => (type === 'file' && isWanted(path) ? [path] : [])).sort() }
    })
  },
  present: ({ files }) => (files.length > 0 ? files.join('\n') : undefined),
})
