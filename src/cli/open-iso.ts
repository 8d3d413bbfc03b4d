import { type OpenImage, openImage, type RecoveryNotice } from '../node/index.ts'
import type { CommandContext } from './context.ts'

/** Opens an image for reading, and tells when an interrupted edit had to be finished or undone first. */
export function openIso(path: string, context: CommandContext): Promise<OpenImage> {
  return openImage(path, { onNotice: tellRecovery(context), fastPaths: context.fastPaths })
}

/** Passes on what became of an interrupted edit. */
export function tellRecovery({ warn }: CommandContext): (notice: RecoveryNotice) => void {
  return ({ message }) => warn(message)
}
