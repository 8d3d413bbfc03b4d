import type { ByteReader, Source } from '../bytes/index.ts'
import { openFile } from '../node/index.ts'
import type { CommandContext } from './context.ts'

/** Hands over an initrd: stdin for `-` and for nothing, which is read in order and once, and a file else. */
export async function withInitrdInput<Result>(
  path: string | undefined,
  context: CommandContext,
  use: (input: Source | ByteReader) => Promise<Result>,
): Promise<Result> {
  if (path === undefined || path === '-') return use(context.stdin.reader())
  await using source = await openFile(path, { fastPaths: context.fastPaths })
  return await use(source)
}
