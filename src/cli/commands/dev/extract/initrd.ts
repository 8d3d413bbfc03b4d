import { dirname, join } from 'node:path'
import { checkMemberPath, globFilter, readInitrd } from '../../../../formats/initrd/index.ts'
import { checkOutput, nodeCodecs as codecs, createDirectory, createFile } from '../../../../node/index.ts'
import { type Command, defineCommand } from '../../../command.ts'
import { withInitrdInput } from '../../../initrd-input.ts'

/** `isokit dev extract initrd` */
export const command: Command = defineCommand({
  summary: 'Extract the regular files of an initrd',
  description:
    'Existing files are not replaced, and a member whose path would leave the directory is refused; both are found before the first file is made.',
  arguments: {
    initrd: { summary: 'initrd to read, or - for stdin' },
    glob: { summary: 'Patterns of the files to extract', variadic: true, completes: 'nothing' },
  },
  options: {
    directory: {
      type: 'string',
      short: 'C',
      valueName: '<path>',
      default: '.',
      completes: 'directory',
      summary: 'Directory to extract to [default: .]',
    },
    verbose: { type: 'boolean', short: 'v', summary: 'Print the path of each file' },
  },
  async run({ initrd, glob, directory, verbose }, context) {
    const { signal } = context
    const filter = glob.length > 0 ? globFilter(glob) : undefined
    return withInitrdInput(initrd, context, async (input) => {
      const members = await readInitrd(input, { codecs, signal, ...(filter && { filter }) })
      const files = members.map(({ path, bytes }) => ({ path: join(directory, checkMemberPath(path)), bytes }))
      for (const { path } of files) await checkOutput(path)
      for (const { path, bytes } of files) {
        await createDirectory(dirname(path))
        await createFile(path, bytes, { signal })
      }
      return { isVerbose: verbose, paths: files.map(({ path }) => path) }
    })
  },
  present: ({ isVerbose, paths }) => (isVerbose ? paths.join('\n') : undefined),
  toJson: ({ paths }) => ({ paths }),
})
