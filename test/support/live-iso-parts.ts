import { memorySource, readAll, type Source } from '../../src/bytes/index.ts'
import { findIsoEntry, isoFileSource, readIso9660 } from '../../src/formats/iso9660/index.ts'
import type { IsolinuxFile, LiveIsoParts } from '../../src/operations/index.ts'
import { type BuildLiveIsoOptions, buildLiveIso } from './live-iso-builder.ts'

/** Modules of ISOLINUX, of which a menu needs the last three. */
export const MODULE_NAMES: readonly string[] = ['ldlinux.c32', 'libcom32.c32', 'libutil.c32', 'vesamenu.c32']

/** Everything that a demo live ISO of an architecture can be built from; x86_64 with ISOLINUX, others without. */
export async function buildLiveIsoParts(options: BuildLiveIsoOptions = {}): Promise<Required<LiveIsoParts>> {
  const iso = await readIso9660(await buildLiveIso(options))
  const take = async (path: string): Promise<Source> => {
    const entry = await findIsoEntry(iso, path)
    if (!entry) throw new RangeError(`The demo image has no ${path}`)
    return memorySource(Uint8Array.from(await readAll(isoFileSource(iso, entry))), path)
  }
  return {
    kernel: await take('images/pxeboot/vmlinuz'),
    initramfs: await take('images/pxeboot/initrd.img'),
    rootfs: await take('images/pxeboot/rootfs.img'),
    efiImage: await take('images/efiboot.img'),
    isolinux: (options.architecture ?? 'x86_64') === 'x86_64' ? await isolinuxFiles(take) : undefined,
  }
}

async function isolinuxFiles(take: (path: string) => Promise<Source>): Promise<readonly IsolinuxFile[]> {
  const modules = MODULE_NAMES.map((name) => ({ name, source: memorySource(new Uint8Array(100), name) }))
  return [{ name: 'isolinux.bin', source: await take('isolinux/isolinux.bin') }, ...modules]
}
