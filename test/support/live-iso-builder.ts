import { encodeUtf8, FieldWriter, memorySource, overlay, type Source } from '../../src/bytes/index.ts'
import {
  buildIso9660,
  findIsoEntry,
  type IsoBoot,
  type IsoInput,
  readIso9660,
} from '../../src/formats/iso9660/index.ts'
import { formatKargArea, grubConfig, isolinuxConfig } from './live-iso/boot-configs.ts'
import { encodeEfiBootImage } from './live-iso/fat-image.ts'
import {
  GENERATIONS,
  type GenerationTraits,
  type LiveIsoArchitecture,
  type LiveIsoGeneration,
} from './live-iso/generations.ts'
import { encodeLiveInitrd, encodeRootfs } from './live-iso/initrds.ts'
import {
  CDBOOT_KARG_AREA,
  encodeCdboot,
  encodeInitrdAddress,
  encodeIsolinux,
  encodeKernel,
} from './live-iso/kernels.ts'
import { featuresJson, igninfoJson, type KargsFile, kargsJson } from './live-iso/metadata-json.ts'

export type { LiveIsoArchitecture, LiveIsoGeneration }

/** What a demo image is like. */
export interface BuildLiveIsoOptions {
  /** `igninfo-2023` unless given, or `s390x-2023` for that architecture. */
  readonly generation?: LiveIsoGeneration
  /** The generation's unless given. `s390x` needs, and is needed by, its own generation. */
  readonly architecture?: LiveIsoArchitecture
  /** `demo-coreos-<version>` unless given. */
  readonly volumeId?: string
  /** Default kernel arguments; the generation's, with the volume id, unless given. */
  readonly defaultKargs?: string
  /** 262144 unless given. */
  readonly embedAreaByteLength?: number
  /** Other contents for files, by path, as something large; what describes them elsewhere stays as it is. */
  readonly contents?: Readonly<Record<string, Source>>
  /** Leaves out `rootfs.img` and `miniso.dat`, as builds do for the minimal image that they pack into the full one. */
  readonly isMinimal?: boolean
}

const DEFAULT_EMBED_AREA_BYTE_LENGTH = 262_144
const MINISO_SLOT_BYTE_LENGTH = 16_384
const VENDOR = 'fedora'
const ROOTFS_PATH = 'images/pxeboot/rootfs.img'
const MINISO_PATH = 'coreos/miniso.dat'

/** What a minimal image lacks. */
const FULL_ONLY_PATHS: readonly string[] = [ROOTFS_PATH, MINISO_PATH]

/** The names of all generations, oldest first. */
export const liveIsoGenerations: readonly LiveIsoGeneration[] = Object.keys(GENERATIONS) as LiveIsoGeneration[]

/** The architectures of live images; `s390x` has a generation of its own. */
export const liveIsoArchitectures: readonly LiveIsoArchitecture[] = ['x86_64', 'aarch64', 'ppc64le', 's390x']

/** The parts of an image that its architecture decides. */
interface ArchitectureParts {
  readonly files: readonly IsoInput[]
  readonly boot?: IsoBoot
  readonly kargsFiles: readonly KargsFile[]
  readonly kargAreaByteLength: number
  readonly fill: { readonly pad: string; readonly end: string }
  readonly igninfo: { readonly file: string; readonly offset?: number; readonly length?: number }
}

/** What all parts are made from. */
interface Ingredients {
  readonly traits: GenerationTraits
  readonly architecture: LiveIsoArchitecture
  readonly volumeId: string
  readonly kargs: string
  readonly embedAreaByteLength: number
  readonly initrd: Uint8Array
}

/**
 * Builds a small live ISO (below 2 MB) with the layout of real ones: every area, header and metadata file in the place
 * where builds of the generation put it. Kernels and boot loaders in it don't run.
 */
export async function buildLiveIso(options: BuildLiveIsoOptions = {}): Promise<Source> {
  const generation = options.generation ?? (options.architecture === 's390x' ? 's390x-2023' : 'igninfo-2023')
  const traits = GENERATIONS[generation]
  const architecture = options.architecture ?? traits.architecture
  if ((architecture === 's390x') !== (traits.architecture === 's390x')) {
    throw new RangeError(`The generation ${generation} has no ${architecture} images`)
  }
  const volumeSetId = options.volumeId ?? `demo-coreos-${traits.version}`
  const volumeId = volumeSetId.slice(0, 32)
  const kargs =
    options.defaultKargs ??
    `${traits.firstKargs} coreos.liveiso=${volumeId} ignition.firstboot ignition.platform.id=metal`
  const features = featuresJson(traits)
  const rootfs = encodeRootfs({ version: traits.version, featuresJson: features })
  const initrd = encodeLiveInitrd({ version: traits.version, featuresJson: features }, rootfs)
  const embedAreaByteLength = options.embedAreaByteLength ?? DEFAULT_EMBED_AREA_BYTE_LENGTH

  const ingredients = { traits, architecture, volumeId, kargs, embedAreaByteLength, initrd }
  const parts = architecture === 's390x' ? s390Parts(ingredients) : bootLoaderParts(ingredients)
  const entries = [
    ...parts.files,
    file('images/pxeboot/vmlinuz', encodeKernel(architecture)),
    file('images/pxeboot/initrd.img', initrd),
    file(ROOTFS_PATH, rootfs),
    ...metadataFiles(ingredients, parts, features),
  ].filter(({ path }) => !(options.isMinimal && FULL_ONLY_PATHS.includes(path)))
  const image = await buildIso9660({
    name: `demo-coreos-${traits.version}-live.${architecture}.iso`,
    volumeId,
    volumeSetId,
    systemId: architecture === 's390x' ? '' : 'LINUX',
    entries: entries.map((entry) => withContents(entry, options.contents?.[entry.path])),
    modifiedAt: traits.builtAt,
    jolietNameLength: 103,
    ...(parts.boot ? { boot: parts.boot, order: parts.boot.entries.map(({ path }) => path) } : {}),
    isHybrid: traits.isHybrid && architecture === 'x86_64',
  })
  return traits.hasIgnitionHeader ? addHeaders(image, traits, parts) : image
}

/** x86_64, aarch64 and ppc64le: text configs of boot loaders, and an embed area that is a file. */
function bootLoaderParts({
  traits,
  architecture,
  volumeId,
  kargs,
  embedAreaByteLength,
}: Ingredients): ArchitectureParts {
  const grub = grubConfig(kargs, traits.hasKargAreas)
  const isolinux = isolinuxConfig(kargs, traits.hasKargAreas)
  const grubPath = architecture === 'ppc64le' ? 'boot/grub/grub.cfg' : `EFI/${VENDOR}/grub.cfg`
  const hasIsolinux = architecture !== 'ppc64le'
  const bios = { platform: 'bios', path: 'isolinux/isolinux.bin', hasBootInfoTable: true } as const
  const efi = { platform: 'efi', path: 'images/efiboot.img' } as const
  const files = [
    file('images/ignition.img', new Uint8Array(embedAreaByteLength)),
    file(grubPath, grub.bytes),
    ...(hasIsolinux
      ? [
          file('isolinux/isolinux.cfg', isolinux.bytes),
          file('isolinux/boot.msg', encodeUtf8('Demo CoreOS\n')),
          file(efi.path, encodeEfiBootImage(volumeId, VENDOR)),
        ]
      : [file('ppc/bootinfo.txt', encodeUtf8('<chrp-boot>\n<description>Demo CoreOS</description>\n</chrp-boot>\n'))]),
    ...(architecture === 'x86_64' ? [file(bios.path, encodeIsolinux())] : []),
  ]
  const boot = { catalogPath: 'isolinux/boot.cat', entries: architecture === 'x86_64' ? [bios, efi] : [efi] }
  return {
    files,
    ...(hasIsolinux ? { boot } : {}),
    kargsFiles: [
      { path: grubPath, offset: grub.areaOffset },
      ...(hasIsolinux ? [{ path: 'isolinux/isolinux.cfg', offset: isolinux.areaOffset }] : []),
    ],
    kargAreaByteLength: formatKargArea(kargs).length,
    fill: { pad: '#', end: '\n' },
    igninfo: { file: 'images/ignition.img' },
  }
}

/** s390x: one bootable file holds the arguments and the embed area. */
function s390Parts({ kargs, embedAreaByteLength, initrd, architecture }: Ingredients): ArchitectureParts {
  const kernel = encodeKernel(architecture)
  const cdboot = encodeCdboot({ kernel, kargs, initrd, embedAreaByteLength })
  const path = 'images/cdboot.img'
  const parameters = ['images/cdboot.prm', 'images/generic.prm', 'images/genericdvd.prm']
  return {
    files: [
      file(path, cdboot.bytes),
      ...parameters.map((parameterPath) => file(parameterPath, encodeUtf8(kargs))),
      file('images/initrd.addrsize', encodeInitrdAddress(initrd)),
      file('images/redhat.exec', encodeUtf8("/* loads the demo's kernel, arguments and initrd */\n")),
      file('images/pxeboot/kernel.img', kernel),
      file(
        'generic.ins',
        encodeUtf8(`* demo for an LPAR
images/kernel.img 0x00000000
images/initrd.img 0x02000000
images/genericdvd.prm 0x00010480
images/initrd.addrsize 0x00010408
`),
      ),
    ],
    boot: { entries: [{ platform: 'bios', path, loadSectorCount: Math.ceil(cdboot.bytes.byteLength / 2048) * 4 }] },
    kargsFiles: [{ path, offset: CDBOOT_KARG_AREA.offset }],
    kargAreaByteLength: CDBOOT_KARG_AREA.byteLength,
    fill: { pad: '\0', end: '\0' },
    igninfo: { file: path, offset: cdboot.embedAreaOffset, length: embedAreaByteLength },
  }
}

function metadataFiles(
  { traits, kargs }: Ingredients,
  parts: ArchitectureParts,
  features: Uint8Array | undefined,
): readonly IsoInput[] {
  const { kargsFiles: files, kargAreaByteLength: size } = parts
  const fill = traits.kargsJson === 'explicit' ? parts.fill : undefined
  return [
    ...(traits.kargsJson === 'none'
      ? []
      : [file('coreos/kargs.json', kargsJson({ default: kargs, files, size, fill }))]),
    ...(traits.hasIgninfo ? [file('coreos/igninfo.json', igninfoJson(parts.igninfo))] : []),
    ...(features ? [file('coreos/features.json', features)] : []),
    ...(traits.hasMinisoSlot ? [file(MINISO_PATH, new Uint8Array(MINISO_SLOT_BYTE_LENGTH))] : []),
    ...(traits.hasKargsHeader ? [file('.cmdline', encodeUtf8(formatKargArea(kargs)))] : []),
  ]
}

/** Writes the headers that end the system area: `coreKarg` (72 bytes) where there are areas, then `coreiso+` (24 bytes). */
async function addHeaders(image: Source, traits: GenerationTraits, parts: ArchitectureParts): Promise<Source> {
  const iso = await readIso9660(image)
  const placeOf = async (path: string) => {
    const entry = await findIsoEntry(iso, path)
    if (!entry?.extents[0]) throw new RangeError(`The demo image has no ${path}`)
    return entry.extents[0]
  }
  const embedArea = await placeOf('images/ignition.img')
  const ignitionHeader = new FieldWriter(24).put(encodeUtf8('coreiso+'))
  ignitionHeader.u64le(embedArea.offset).u64le(embedArea.byteLength)
  const patches = [{ offset: 32_744, bytes: ignitionHeader.bytes }]
  if (traits.hasKargsHeader) {
    const kargsHeader = new FieldWriter(72).put(encodeUtf8('coreKarg')).u64le(parts.kargAreaByteLength)
    kargsHeader.u64le((await placeOf('.cmdline')).offset)
    const areaOffsets = await Promise.all(
      parts.kargsFiles.map(async ({ path, offset }) => (await placeOf(path)).offset + offset),
    )
    for (const offset of areaOffsets.sort((a, b) => a - b)) kargsHeader.u64le(offset)
    patches.push({ offset: 32_672, bytes: kargsHeader.bytes })
  }
  return overlay(image, patches)
}

function withContents(entry: IsoInput, source: Source | undefined): IsoInput {
  return source && entry.type === 'file' ? { ...entry, source } : entry
}

function file(path: string, bytes: Uint8Array): IsoInput {
  return { type: 'file', path, source: memorySource(bytes, path) }
}
