import { UsageError } from '../../../errors.ts'
import {
  nodeCodecs as codecs,
  createSha256,
  initrdReader,
  listFiles,
  openFile,
  pathInside,
} from '../../../node/index.ts'
import { checkPxeSet, type PxeSetFolder, type PxeSetReport } from '../../../operations/index.ts'
import { type Command, defineCommand } from '../../command.ts'
import { countOf } from '../../count-of.ts'
import { printable } from '../../printable.ts'

/** How deep boot scripts lie: in pxelinux.cfg, perhaps below a folder for the architecture. */
const DEPTH = 3

/** `isokit pxe check` */
export const command: Command = defineCommand({
  summary: 'Check a directory from which machines boot over the network',
  description:
    'Every boot script of iPXE, GRUB and PXELINUX is read: the files that it names have to be there, initramfs and rootfs have to be of the same build, byte for byte, and the kernel arguments have to be complete. All that is wrong is listed, and the exit code is then 1. Files that are loaded from elsewhere are not looked at.',
  examples: [{ summary: 'Before the server is told', line: 'pxe check pxe' }],
  arguments: { directory: { summary: 'Directory to check', completes: 'directory' } },
  options: {},
  async run({ directory }, context) {
    const { signal, onProgress, fastPaths } = context
    const paths = /^[a-z]+:\/\//i.test(directory) ? undefined : await listFiles(directory, { depth: DEPTH, signal })
    if (!paths) {
      throw new UsageError('COMMAND_LINE_INVALID', `Cannot check ${directory}: it is not a directory`, {
        hint: 'Give the directory that is served',
      })
    }
    const withFile: PxeSetFolder['withFile'] = async (path, work) => {
      await using source = await openFile(pathInside(directory, path), { fastPaths })
      const reader = initrdReader(source, { signal })
      try {
        return await work({ byteLength: source.byteLength, reader })
      } finally {
        await reader.close()
      }
    }
    const report = await checkPxeSet(
      { name: directory, paths, withFile },
      { codecs, createHasher: createSha256, signal, onProgress },
    )
    return { directory, ...report }
  },
  hasFailed: ({ problems }) => problems.length > 0,
  present: (report) => presentReport(report),
})

function presentReport({
  directory,
  entries,
  problems,
  unchecked,
}: PxeSetReport & { readonly directory: string }): string {
  const lines = problems.map(({ path, line, problem }) => {
    const where = path === '.' ? directory : pathInside(directory, path)
    return `${where}${line === undefined ? '' : `:${line}`}: ${problem}`
  })
  const notes = unchecked.map((url) => `not checked: ${url}`)
  const summary =
    problems.length > 0
      ? `${countOf(problems.length, 'problem')} in ${directory}`
      : `${directory} is in order: ${countOf(new Set(entries.map(({ script }) => script)).size, 'boot script')}`
  return [...lines, ...notes, summary].map((line) => printable(line)).join('\n')
}
