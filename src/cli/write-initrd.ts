import { createFile, leadsToStdout, writeToStdout } from '../node/index.ts'
import type { CommandContext } from './context.ts'

/** What was written, and where to. */
export interface WrittenInitrd {
  /** The file, or `-` for stdout. */
  readonly output: string
  readonly byteLength: number
}

/**
 * Hands out a small initrd. Scripts made for coreos-installer count on `--output` replacing a file, so it does; the file
 * can be read by its owner only, since configs and keyfiles carry secrets.
 *
 * @throws {UsageError} `STDOUT_IS_TERMINAL` before the initrd is made.
 */
export async function writeInitrd(
  output: string | undefined,
  context: CommandContext,
  make: () => Promise<Uint8Array>,
): Promise<WrittenInitrd> {
  const { signal, persona } = context
  // For coreos-installer, `-` is a file of that name.
  const isStdout = output === undefined || (output === '-' ? persona === 'isokit' : await leadsToStdout(output))
  if (!isStdout) {
    const initrd = await make()
    await createFile(output, initrd, { overwrite: true, mode: 0o600, signal })
    return { output, byteLength: initrd.byteLength }
  }
  const descriptor = context.takeStdout()
  const initrd = await make()
  await writeToStdout(initrd, { signal, descriptor })
  return { output: '-', byteLength: initrd.byteLength }
}

/** Words where an initrd went. */
export function presentInitrd({ output, byteLength }: WrittenInitrd): string {
  return `Wrote an initrd of ${byteLength} bytes to ${output === '-' ? 'standard output' : output}`
}
