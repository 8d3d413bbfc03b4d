import { ByteReader, memorySource, type Source } from '../../../../bytes/index.ts'
import { encodeCpio } from '../../../../formats/cpio/index.ts'
import { globFilter, type ReadInitrdOptions, readInitrd } from '../../../../formats/initrd/index.ts'
import { nodeCodecs as codecs, extractInitrd } from '../../../../node/index.ts'
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
      summary: 'Directory to extract to',
    },
    verbose: { type: 'boolean', short: 'v', summary: 'Print the path of each file' },
  },
  async run({ initrd, glob, directory, verbose }, context) {
    const { signal } = context
    const filter = glob.length > 0 ? globFilter(glob) : undefined
    const options = { codecs, signal, ...(filter && { filter }) }
    return withInitrdInput(initrd, context, async (input) => {
      // What comes by stdin can be read only once, so its files are kept in memory until every path has been checked.
      const source = input instanceof ByteReader ? await bufferInitrd(input, options) : input
      return { isVerbose: verbose, paths: await extractInitrd(source, directory, options) }
    })
  },
  present: ({ isVerbose, paths }) => (isVerbose ? paths.join('\n') : undefined),
  toJson: ({ paths }) => ({ paths }),
})

/** An initrd of the wanted files alone, in memory. */
async function bufferInitrd(input: ByteReader, options: ReadInitrdOptions): Promise<Source> {
  const files = await readInitrd(input, options)
  return memorySource(encodeCpio(files.map(({ path, bytes }) => ({ path, bytes, mode: 0o100644 }))), input.name)
}
