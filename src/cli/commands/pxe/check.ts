import { UsageError } from '../../../errors.ts'
import { isRemote } from '../../../formats/boot-script/index.ts'
import { redactUrls } from '../../../formats/url/index.ts'
import {
  nodeCodecs as codecs,
  createSha256,
  initrdReader,
  listFiles,
  openFile,
  pathInside,
} from '../../../node/index.ts'
import {
  type CheckPxeSetOptions,
  checkPxeSet,
  checkServedPxeSet,
  type PxeSetFolder,
  type PxeSetReport,
} from '../../../operations/index.ts'
import { type Command, defineCommand } from '../../command.ts'
import type { CommandContext } from '../../context.ts'
import { countOf } from '../../count-of.ts'
import { HTTP_OPTIONS, httpOptions } from '../../http-options.ts'
import { printable } from '../../printable.ts'
import { createRemoteFiles } from '../../pxe-set/remote-files.ts'

/** How deep boot scripts lie: in pxelinux.cfg, perhaps below a folder for the architecture. */
const DEPTH = 3

/** `isokit pxe check` */
export const command: Command = defineCommand({
  summary: 'Check a set of files from which machines boot over the network',
  description:
    'Every boot script of iPXE, GRUB and PXELINUX is read: the files that it names have to be there, initramfs and rootfs have to be of the same build, byte for byte, and the kernel arguments have to be complete. All that is wrong is listed, and the exit code is then 1.\n\nOf a directory, files that are loaded from elsewhere are only looked at with --fetch. At a URL, all is fetched: from the boot script there, or from boot.ipxe, grub.cfg and pxelinux.cfg/default below it, and each file has to have a length that the server tells beforehand.',
  examples: [
    { summary: 'Before the server is told', line: 'pxe check pxe' },
    { summary: 'As machines will see it', line: 'pxe check http://pxe.example/set/' },
  ],
  arguments: { set: { summary: 'Directory to check, or URL', completes: 'directory' } },
  options: {
    fetch: { type: 'boolean', summary: 'Fetch what scripts of a directory load by http and https' },
    ...HTTP_OPTIONS,
  },
  async run({ set, fetch, ...http }, context) {
    const { signal, onProgress } = context
    const options = { codecs, createHasher: createSha256, signal, onProgress }
    const remote = createRemoteFiles(httpOptions(http, context))
    if (/^https?:\/\//i.test(set)) {
      return { set: redactUrls(set), ...(await checkServedPxeSet(set, { ...options, remote })) }
    }
    return { set, ...(await checkDirectory(set, fetch ? { ...options, remote } : options, context)) }
  },
  hasFailed: ({ problems }) => problems.length > 0,
  present: (report) => presentReport(report),
})

async function checkDirectory(
  directory: string,
  options: CheckPxeSetOptions,
  { signal, fastPaths }: CommandContext,
): Promise<PxeSetReport> {
  const paths = isRemote(directory) ? undefined : await listFiles(directory, { depth: DEPTH, signal })
  if (!paths) {
    throw new UsageError('COMMAND_LINE_INVALID', `Cannot check ${redactUrls(directory)}: it is not a directory`, {
      hint: 'Give the directory that is served, or its http or https URL',
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
  return checkPxeSet({ name: directory, paths, withFile }, options)
}

function presentReport({ set, entries, problems, unchecked }: PxeSetReport & { readonly set: string }): string {
  const lines = problems.map(({ path, line, problem }) => {
    const where = whereIs(set, path)
    return `${where}${line === undefined ? '' : `:${line}`}: ${problem}`
  })
  const notes = unchecked.map((url) => `not checked: ${url}`)
  const summary =
    problems.length > 0
      ? `${countOf(problems.length, 'problem')} in ${set}`
      : `${set} is in order: ${countOf(new Set(entries.map(({ script }) => script)).size, 'boot script')}`
  return [...lines, ...notes, summary].map((line) => printable(line)).join('\n')
}

function whereIs(set: string, path: string): string {
  if (path === '.') return set
  return isRemote(path) ? path : pathInside(set, path)
}
