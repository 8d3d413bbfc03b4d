import { readAll } from '../../src/bytes/index.ts'
import { findIsoEntry, isoFileSource, readIso9660 } from '../../src/formats/iso9660/index.ts'
import { type BuildLiveIsoOptions, buildLiveIso } from './live-iso-builder.ts'

/** The initramfs of a demo live ISO, as it is published for booting over the network. */
export async function buildLiveInitramfs(options: BuildLiveIsoOptions = {}): Promise<Uint8Array> {
  const iso = await readIso9660(await buildLiveIso(options))
  const entry = await findIsoEntry(iso, 'IMAGES/PXEBOOT/INITRD.IMG')
  if (!entry) throw new RangeError('The demo image has no initramfs')
  return Uint8Array.from(await readAll(isoFileSource(iso, entry)))
}
