import { ByteReader, concatSources, memorySource, type Source, sliceSource } from '../../bytes/index.ts'
import { type LiveInitramfs, readLiveInitramfs } from '../../coreos/index.ts'
import {
  nodeCodecs as codecs,
  copyThrough,
  createFile,
  createOutput,
  initrdReader,
  openFile,
  streamToStdout,
  writeToStdout,
} from '../../node/index.ts'
import { claimOutput } from '../claim-output.ts'
import type { CommandContext } from '../context.ts'

/** Which initramfs to customize, and where the result goes. */
export interface InitramfsTarget {
  readonly initramfs: string
  /** A new file, or `-` for stdout. */
  readonly output: string
  readonly overwrite: boolean
  /** Write what is appended, and not the initramfs itself. */
  readonly appendOnly: boolean
}

/** What goes behind an initramfs, and how much of it stays. */
export interface InitramfsEdit {
  readonly baseByteLength: number
  readonly archive: Uint8Array
}

/** What was written. */
export interface WrittenInitramfs {
  readonly initramfs: string
  readonly output: string
  readonly byteLength: number
  /** Where the customizations start in the output. */
  readonly archiveOffset: number
  readonly archiveByteLength: number
}

/** Configs carry secrets. */
const MODE = 0o600

/**
 * Writes an initramfs with an archive behind it. To a file, the initramfs is copied while it is looked at, and the file
 * appears when all is well. To stdout, and to a file of the archive alone, nothing goes before the initramfs has been read
 * to its end.
 */
export async function writeInitramfs(
  { initramfs: path, output, overwrite, appendOnly }: InitramfsTarget,
  context: CommandContext,
  plan: (initramfs: LiveInitramfs) => Promise<InitramfsEdit>,
): Promise<WrittenInitramfs> {
  const { signal, onProgress, fastPaths } = context
  const descriptor = await claimOutput(output, { overwrite }, context)
  await using source = await openFile(path, { fastPaths })
  if (descriptor === undefined && !appendOnly) {
    return { initramfs: path, output, ...(await writeWhole(source, { output, overwrite }, context, plan)) }
  }
  const { baseByteLength, archive } = await plan(
    await readLiveInitramfs(initrdReader(source, { signal }), { codecs, signal }),
  )
  const archiveOffset = appendOnly ? 0 : baseByteLength
  const base = sliceSource(source, { offset: 0, byteLength: archiveOffset })
  if (descriptor !== undefined && appendOnly) await writeToStdout(archive, { signal, descriptor })
  else if (descriptor !== undefined) {
    const whole = concatSources([base, memorySource(archive)], path)
    await streamToStdout(whole, { signal, onProgress, descriptor })
  } else await createFile(output, archive, { overwrite, mode: MODE, signal })
  return { initramfs: path, output, ...describe(archiveOffset, archive) }
}

async function writeWhole(
  source: Source,
  { output: path, overwrite }: Pick<InitramfsTarget, 'output' | 'overwrite'>,
  { signal, onProgress }: CommandContext,
  plan: (initramfs: LiveInitramfs) => Promise<InitramfsEdit>,
): Promise<Pick<WrittenInitramfs, 'byteLength' | 'archiveOffset' | 'archiveByteLength'>> {
  await using output = await createOutput(path, { overwrite, mode: MODE }) // removed again unless committed
  const reader = new ByteReader(copyThrough(source, output, { signal, onProgress }), source.name)
  const { baseByteLength, archive } = await plan(await readLiveInitramfs(reader, { codecs, signal }))
  await output.write(baseByteLength, archive)
  await output.setByteLength(baseByteLength + archive.byteLength)
  signal.throwIfAborted()
  await output.commit()
  return describe(baseByteLength, archive)
}

function describe(
  archiveOffset: number,
  { byteLength: archiveByteLength }: Uint8Array,
): Pick<WrittenInitramfs, 'byteLength' | 'archiveOffset' | 'archiveByteLength'> {
  return { byteLength: archiveOffset + archiveByteLength, archiveOffset, archiveByteLength }
}
