import { memorySource, overlay, type Source, zeroSource } from '../../../bytes/index.ts'
import { UsageError } from '../../../errors.ts'
import { SECTOR_SIZE, SYSTEM_AREA_BYTE_LENGTH } from '../layout.ts'
import {
  CATALOG_BYTE_LENGTH,
  checkBootEntries,
  encodeBootCatalog,
  type IsoBoot,
  type PlacedBootEntry,
  readBootInfoPatch,
} from './boot-catalog.ts'
import { checkLabels, type VolumeLabels } from './descriptors.ts'
import { planHybrid } from './hybrid.ts'
import { type PlacedFile, planImage } from './image-plan.ts'
import { placeSources } from './placed-sources.ts'
import { buildTree, checkTime, type IsoInput } from './tree.ts'

/** What a new image holds and how it is written. */
export interface BuildIso9660Options {
  /** Volume id: 1 to 32 characters, lower case allowed. Joliet shows the first 16. */
  readonly volumeId: string
  /** Files, directories and links, in any order. */
  readonly entries: readonly IsoInput[]
  /** Time of the descriptors, and of entries without their own; 1970-01-01 unless given. */
  readonly modifiedAt?: Date
  /** `LINUX` unless given. */
  readonly systemId?: string
  /** Up to 128 characters, as are the three labels below; empty unless given. */
  readonly volumeSetId?: string
  readonly publisherId?: string
  readonly preparerId?: string
  /** `ISOKIT` unless given. */
  readonly applicationId?: string
  /** Whether records carry real names, modes and links; true unless given. */
  readonly hasRockRidge?: boolean
  /** Most characters of a Joliet name: 64 by the specification, 103 as genisoimage's `-joliet-long`; 0 for no Joliet. */
  readonly jolietNameLength?: 0 | 64 | 103
  /** How firmware boots the image; not at all unless given. */
  readonly boot?: IsoBoot
  /** Whether the image can be written to a USB disk and booted there: adds a protective MBR and a GPT. Needs an EFI entry. */
  readonly isHybrid?: boolean
  /** The first 32768 bytes (boot code), or fewer; zeros unless given. */
  readonly systemArea?: Uint8Array
  /** Paths of files whose contents come first, in this order; the others follow in the order of their paths. */
  readonly order?: readonly string[]
  /** How messages call the image; `new ISO image` unless given. */
  readonly name?: string
  readonly signal?: AbortSignal | undefined
}

/** 1970-01-01, so that an image depends on its inputs alone. */
const DEFAULT_TIME: Date = new Date(0)

/**
 * Builds an ISO 9660 image as a source: its descriptors, path tables and directories are in memory, file contents are
 * read from their sources when somebody reads there. The same options give the same bytes.
 *
 * ECMA-119 level 3 names of 8 and 3 characters (files of 4 GiB and more have several extents), Rock Ridge (RRIP 1.10),
 * Joliet, El Torito with BIOS and EFI entries, and a GPT for USB disks. Directories nest as deep as paths allow: they are
 * not relocated, which every reader in use accepts.
 *
 * @throws {UsageError} `ISO_INPUT_INVALID` when a path, name, label, time or boot entry breaks a rule of the format.
 */
export async function buildIso9660(options: BuildIso9660Options): Promise<Source> {
  const { boot, modifiedAt = DEFAULT_TIME, name = 'new ISO image', systemArea = new Uint8Array(0), signal } = options
  const labels = readLabels(options)
  checkLabels(labels)
  checkTime(modifiedAt, 'the volume')
  if (systemArea.byteLength > SYSTEM_AREA_BYTE_LENGTH) {
    throw invalid(`The system area has ${systemArea.byteLength} bytes, and ${SYSTEM_AREA_BYTE_LENGTH} fit`)
  }
  if (boot) checkBootEntries(boot.entries)

  const catalogPath = boot && (boot.catalogPath ?? 'boot.catalog')
  const plan = planImage({
    root: buildTree(
      catalogPath === undefined ? options.entries : withCatalog(options.entries, catalogPath),
      modifiedAt,
    ),
    labels,
    hasRockRidge: options.hasRockRidge ?? true,
    jolietNameLength: options.jolietNameLength ?? 64,
    order: options.order ?? [],
    catalogPath,
  })

  const files = new Map(plan.files.map((file) => [file.path, file]))
  const bootEntries = (boot?.entries ?? []).map((entry): PlacedBootEntry => {
    const file = files.get(entry.path)
    if (!file) throw invalid(`The boot image '${entry.path}' is not among the files of the ISO image`)
    return { ...entry, lba: file.offset / SECTOR_SIZE, byteLength: file.source.byteLength }
  })
  for (const { path, lba, hasBootInfoTable } of bootEntries) {
    if (!hasBootInfoTable) continue
    const file = files.get(path) as PlacedFile
    files.set(path, { ...file, source: overlay(file.source, [await readBootInfoPatch(file.source, lba, signal)]) })
  }
  const catalog = catalogPath === undefined ? undefined : files.get(catalogPath)
  if (catalog) files.set(catalog.path, { ...catalog, source: memorySource(encodeBootCatalog(bootEntries)) })

  const contents = [...files.values()].filter(({ source }) => source.byteLength > 0)
  const placed = [{ offset: 0, source: memorySource(systemArea) }, ...plan.metadata, ...contents]
  const image = placeSources(placed, plan.byteLength, name)
  return options.isHybrid ? overlay(image, await planHybrid(image, bootEntries)) : image
}

function readLabels(options: BuildIso9660Options): VolumeLabels {
  return {
    volumeId: options.volumeId,
    systemId: options.systemId ?? 'LINUX',
    volumeSetId: options.volumeSetId ?? '',
    publisherId: options.publisherId ?? '',
    preparerId: options.preparerId ?? '',
    applicationId: options.applicationId ?? 'ISOKIT',
  }
}

/** The entries with room for the boot catalog, whose bytes are known only when everything has its place. */
function withCatalog(entries: readonly IsoInput[], path: string): readonly IsoInput[] {
  return [...entries, { type: 'file', path, source: zeroSource(CATALOG_BYTE_LENGTH, path) }]
}

function invalid(message: string): UsageError {
  return new UsageError('ISO_INPUT_INVALID', message)
}
