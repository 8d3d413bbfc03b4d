import { writeFile } from 'node:fs/promises'
import { chunks } from '../../src/bytes/index.ts'
import { type BuildLiveIsoOptions, buildLiveIso } from './live-iso-builder.ts'

/** Builds a demo live ISO and writes it to a new file. */
export async function saveLiveIso(path: string, options?: BuildLiveIsoOptions): Promise<void> {
  await writeFile(path, chunks(await buildLiveIso(options)))
}
