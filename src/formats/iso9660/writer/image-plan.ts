import { memorySource } from '../../../bytes/index.ts'
import { UsageError } from '../../../errors.ts'
import { SECTOR_SIZE, SYSTEM_AREA_BYTE_LENGTH } from '../layout.ts'
import {
  encodeBootRecord,
  encodeJolietDescriptor,
  encodePrimaryDescriptor,
  encodeTerminator,
  type VolumeLabels,
} from './descriptors.ts'
import {
  encodeDirectory,
  encodeRootRecord,
  type Placement,
  type PlannedDirectory,
  planHierarchy,
  type SectorExtent,
} from './hierarchy.ts'
import { jolietRules, PLAIN_RULES, primaryRules } from './hierarchy-rules.ts'
import { encodePathTable, pathTableByteLength } from './path-table.ts'
import type { PlacedSource } from './placed-sources.ts'
import { ContinuationArea } from './system-use.ts'
import { type DirectoryNode, type FileNode, type TreeNode, walkTree } from './tree.ts'

/** What a plan is made from. */
export interface ImagePlanOptions {
  readonly root: DirectoryNode
  readonly labels: VolumeLabels
  readonly hasRockRidge: boolean
  /** 0 for no Joliet. */
  readonly jolietNameLength: number
  /** Paths of the files that come first. */
  readonly order: readonly string[]
  /** The file that the boot record leads to. */
  readonly catalogPath: string | undefined
}

/** A file with its place in the image. */
export interface PlacedFile extends PlacedSource {
  readonly path: string
}

/** The image with every byte placed: metadata encoded, file contents as they were given. */
export interface ImagePlan {
  /** Descriptors, path tables and directories, by offset. */
  readonly metadata: readonly PlacedSource[]
  /** All files, by offset, behind the metadata. */
  readonly files: readonly PlacedFile[]
  /** Whole sectors; the volume as its descriptors see it. */
  readonly byteLength: number
}

/** A hierarchy with its place in the image. */
interface PlacedHierarchy {
  readonly directories: readonly PlannedDirectory[]
  readonly placement: Placement
  readonly littleEndianPathTableLba: number
  readonly bigEndianPathTableLba: number
}

/** Most sectors that a 32-bit number counts. */
const MAX_SECTOR_COUNT = 2 ** 32 - 1

/**
 * Decides where everything goes: descriptors, path tables, directories of the primary hierarchy, continuation area,
 * directories of Joliet, files.
 *
 * @throws {UsageError} `ISO_INPUT_INVALID`
 */
export function planImage(options: ImagePlanOptions): ImagePlan {
  const { root, labels, catalogPath } = options
  const continuation = new ContinuationArea()
  const primary = planHierarchy(root, options.hasRockRidge ? primaryRules(continuation) : PLAIN_RULES)
  const joliet = options.jolietNameLength > 0 ? planHierarchy(root, jolietRules(options.jolietNameLength)) : undefined

  const sectors = new SectorAllocator()
  const files = new Map<TreeNode, SectorExtent>()
  const descriptorCount = 2 + (catalogPath === undefined ? 0 : 1) + (joliet ? 1 : 0)
  const descriptorLba = sectors.allocate(descriptorCount * SECTOR_SIZE)
  const placedPrimary = placeHierarchy(primary, sectors, files)
  const continuationLba = sectors.allocate(continuation.byteLength)
  const placedJoliet = joliet && placeHierarchy(joliet, sectors, files)
  const placedFiles = placeFiles(root, options.order, sectors, files)

  const layoutOf = (hierarchy: PlacedHierarchy) => ({
    ...hierarchy,
    volumeSectorCount: sectors.count,
    pathTableByteLength: pathTableByteLength(hierarchy.directories),
    rootRecord: encodeRootRecord(hierarchy.directories[0] as PlannedDirectory, hierarchy.placement),
    modifiedAt: root.modifiedAt,
  })
  const catalog = placedFiles.find(({ path }) => path === catalogPath)
  const descriptors = [
    encodePrimaryDescriptor(labels, layoutOf(placedPrimary)),
    ...(catalog ? [encodeBootRecord(catalog.offset / SECTOR_SIZE)] : []),
    ...(placedJoliet ? [encodeJolietDescriptor(labels, layoutOf(placedJoliet))] : []),
    encodeTerminator(),
  ]
  return {
    metadata: [
      ...descriptors.map((bytes, index) => atSector(descriptorLba + index, bytes)),
      ...encodeHierarchy(placedPrimary, continuationLba),
      atSector(continuationLba, continuation.encode(continuationLba)),
      ...(placedJoliet ? encodeHierarchy(placedJoliet, 0) : []),
    ],
    files: placedFiles,
    byteLength: sectors.count * SECTOR_SIZE,
  }
}

/** Gives sectors out one behind the other, starting behind the system area. */
class SectorAllocator {
  #next = SYSTEM_AREA_BYTE_LENGTH / SECTOR_SIZE

  /** How many sectors the image has so far. */
  get count(): number {
    return this.#next
  }

  /** The first of the sectors that hold `byteLength` bytes. */
  allocate(byteLength: number): number {
    const lba = this.#next
    this.#next += Math.ceil(byteLength / SECTOR_SIZE)
    if (this.#next <= MAX_SECTOR_COUNT) return lba
    throw new UsageError('ISO_INPUT_INVALID', 'The files are too large for an ISO image, which ends at 8 TiB')
  }
}

function placeHierarchy(
  directories: readonly PlannedDirectory[],
  sectors: SectorAllocator,
  files: ReadonlyMap<TreeNode, SectorExtent>,
): PlacedHierarchy {
  const tableByteLength = pathTableByteLength(directories)
  const littleEndianPathTableLba = sectors.allocate(tableByteLength)
  const bigEndianPathTableLba = sectors.allocate(tableByteLength)
  const own = new Map<TreeNode, SectorExtent>()
  for (const { node, byteLength } of directories) own.set(node, { lba: sectors.allocate(byteLength), byteLength })
  const placement: Placement = (node) => (own.get(node) ?? files.get(node)) as SectorExtent
  return { directories, placement, littleEndianPathTableLba, bigEndianPathTableLba }
}

function encodeHierarchy(hierarchy: PlacedHierarchy, continuationLba: number): readonly PlacedSource[] {
  const { directories, placement, littleEndianPathTableLba, bigEndianPathTableLba } = hierarchy
  return [
    atSector(littleEndianPathTableLba, encodePathTable(directories, placement, 'little-endian')),
    atSector(bigEndianPathTableLba, encodePathTable(directories, placement, 'big-endian')),
    ...directories.map((directory) =>
      atSector(placement(directory.node).lba, encodeDirectory(directory, placement, continuationLba)),
    ),
  ]
}

/** Allocates the contents of files; what has none points at the first sector, so that no extent leaves the volume. */
function placeFiles(
  root: DirectoryNode,
  order: readonly string[],
  sectors: SectorAllocator,
  files: Map<TreeNode, SectorExtent>,
): readonly PlacedFile[] {
  const nodes = [...walkTree(root)]
  const firstLba = sectors.count
  const placed = orderFiles(nodes, order).map((node): PlacedFile => {
    const { byteLength } = node.source
    const lba = byteLength === 0 ? firstLba : sectors.allocate(byteLength)
    files.set(node, { lba, byteLength })
    return { path: node.path, offset: lba * SECTOR_SIZE, source: node.source }
  })
  for (const node of nodes) if (node.type === 'symlink') files.set(node, { lba: firstLba, byteLength: 0 })
  if (sectors.count === firstLba) sectors.allocate(SECTOR_SIZE)
  return placed
}

function orderFiles(nodes: readonly TreeNode[], order: readonly string[]): readonly FileNode[] {
  const rest = new Map<string, FileNode>()
  for (const node of nodes) if (node.type === 'file') rest.set(node.path, node)
  const first = order.map((path) => {
    const node = rest.get(path)
    if (!node) throw new UsageError('ISO_INPUT_INVALID', `Cannot place '${path}' first: it is no file of the ISO image`)
    rest.delete(path)
    return node
  })
  return [...first, ...rest.values()]
}

function atSector(lba: number, bytes: Uint8Array): PlacedSource {
  return { offset: lba * SECTOR_SIZE, source: memorySource(bytes) }
}
