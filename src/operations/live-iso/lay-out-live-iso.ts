import { encodeUtf8, memorySource, readAll, type Source, zeroSource } from '../../bytes/index.ts'
import { formatMetadata } from '../../coreos/index.ts'
import { buildIso9660, type IsoBootEntry, type IsoInput } from '../../formats/iso9660/index.ts'
import { type BootConfig, grubConfig, isolinuxConfig, kargsJson } from './boot-configs.ts'
import { BOOT_CODE_NAME, ISOLINUX_NAME, type IsolinuxFile, type LiveIsoParts } from './check-live-iso-parts.ts'

/** What an image is made of, when all has been checked and decided. */
export interface LiveIsoLayout {
  readonly parts: LiveIsoParts
  readonly volumeSetId: string
  readonly volumeId: string
  readonly vendor: string
  /** The default kernel arguments. */
  readonly kargs: string
  /** `undefined` for old builds. */
  readonly featuresJson: string | undefined
  readonly embedAreaByteLength: number
  readonly signal: AbortSignal | undefined
}

const EMBED_AREA_PATH = 'images/ignition.img'
const EFI_IMAGE_PATH = 'images/efiboot.img'
const ISOLINUX_DIRECTORY = 'isolinux/'
const CATALOG_PATH = 'isolinux/boot.cat'

/** What a menu of ISOLINUX needs. */
const MENU_MODULES: readonly string[] = ['vesamenu.c32', 'libcom32.c32', 'libutil.c32']

/** As many characters as in published images, where Joliet itself allows 64. */
const JOLIET_NAME_LENGTH = 103

/** Puts everything in its place; the same layout gives the same bytes. */
export async function layOutLiveIso(layout: LiveIsoLayout): Promise<Source> {
  const { parts, volumeId, volumeSetId, signal } = layout
  const boot = bootEntries(parts)
  const isHybrid = parts.efiImage !== undefined
  const bootCode = parts.isolinux?.find(({ name }) => name === BOOT_CODE_NAME)
  return buildIso9660({
    name: 'the new live ISO',
    volumeId,
    volumeSetId,
    entries: [...pxeFiles(parts), ...metadataFiles(layout), ...bootFiles(layout)],
    jolietNameLength: JOLIET_NAME_LENGTH,
    ...(boot.length > 0 && { boot: { catalogPath: CATALOG_PATH, entries: boot } }),
    order: boot.map(({ path }) => path),
    isHybrid,
    // Boot code reads the place of ISOLINUX from the master boot record, and only a disk has one.
    ...(bootCode && isHybrid && { systemArea: await readAll(bootCode.source, { signal }) }),
    signal,
  })
}

function bootEntries({ isolinux, efiImage }: LiveIsoParts): readonly IsoBootEntry[] {
  const path = ISOLINUX_DIRECTORY + ISOLINUX_NAME
  return [
    ...(isolinux ? [{ platform: 'bios', path, hasBootInfoTable: true } as const] : []),
    ...(efiImage ? [{ platform: 'efi', path: EFI_IMAGE_PATH } as const] : []),
  ]
}

function pxeFiles({ kernel, initramfs, rootfs }: LiveIsoParts): readonly IsoInput[] {
  return [
    file('images/pxeboot/vmlinuz', kernel),
    file('images/pxeboot/initrd.img', initramfs),
    file('images/pxeboot/rootfs.img', rootfs),
  ]
}

function metadataFiles({ featuresJson, embedAreaByteLength }: LiveIsoLayout): readonly IsoInput[] {
  return [
    file(EMBED_AREA_PATH, zeroSource(embedAreaByteLength, EMBED_AREA_PATH)),
    textFile('coreos/igninfo.json', formatMetadata({ file: EMBED_AREA_PATH })),
    ...(featuresJson === undefined ? [] : [textFile('coreos/features.json', featuresJson)]),
  ]
}

/** The boot loaders, their configs, and where those have room for kernel arguments. */
function bootFiles({ parts: { isolinux, efiImage }, volumeSetId, vendor, kargs }: LiveIsoLayout): readonly IsoInput[] {
  const modules = (isolinux ?? []).filter(({ name }) => name === ISOLINUX_NAME || isModule(name))
  const configParts = { title: volumeSetId, kargs }
  const configs: BootConfig[] = []
  if (efiImage) configs.push(grubConfig(configParts, vendor))
  if (isolinux) configs.push(isolinuxConfig(configParts, hasMenu(modules)))
  return [
    ...modules.map(({ name, source }) => file(ISOLINUX_DIRECTORY + name, source)),
    ...(efiImage ? [file(EFI_IMAGE_PATH, efiImage)] : []),
    ...configs.map(({ path, bytes }) => file(path, memorySource(bytes, path))),
    ...(configs.length > 0 ? [textFile('coreos/kargs.json', kargsJson(kargs, configs))] : []),
  ]
}

function isModule(name: string): boolean {
  return name.endsWith('.c32')
}

function hasMenu(files: readonly IsolinuxFile[]): boolean {
  return MENU_MODULES.every((module) => files.some(({ name }) => name === module))
}

function textFile(path: string, text: string): IsoInput {
  return file(path, memorySource(encodeUtf8(text), path))
}

function file(path: string, source: Source): IsoInput {
  return { type: 'file', path, source }
}
