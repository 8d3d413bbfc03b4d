import type { Extent } from '../bytes/index.ts'
import { equalBytes } from '../bytes/index.ts'
import { type DeclaredArea, declaredAreas, type LiveIso } from '../coreos/index.ts'
import { IsokitError } from '../errors.ts'
import type { InitrdFile } from '../formats/initrd/index.ts'
import { type CompareOptions, compareSources } from './compare-sources.ts'
import { type CodecOptions, readCustomizations } from './read-customizations.ts'

/** More ranges than this are counted, but not listed. */
const MAX_LISTED_RANGES = 10_000

/** A range in which two images differ. */
export interface DifferingRange extends Extent {
  /** The declared area that holds the range; `undefined` when it lies outside all areas, which no customization does. */
  readonly area: string | undefined
}

/** An embedded file that differs between two images. */
export interface MemberChange {
  readonly path: string
  /** From the first image to the second. */
  readonly change: 'added' | 'removed' | 'changed'
}

/** How two live ISOs differ. */
export interface IsoDiff {
  readonly isEqual: boolean
  /** Embedded files that only one image has, or that differ. */
  readonly members: readonly MemberChange[]
  /** Kernel arguments of both images, when they differ; a list where an image's areas disagree. */
  readonly kargs: { readonly a: readonly string[]; readonly b: readonly string[] } | undefined
  /** The first ten thousand differing ranges. */
  readonly ranges: readonly DifferingRange[]
  readonly rangeCount: number
  /** Whether every difference lies in an area that both images declare as changeable. */
  readonly isOnlyCustomized: boolean
  /** Differences of customizations that could not be told, as sentences. */
  readonly problems: readonly string[]
}

/**
 * Compares two live ISOs: what was customized differently, and every differing byte, classed by whether it lies in an
 * area that both images declare. Both images are read once, in order.
 */
export async function diffIsos(a: LiveIso, b: LiveIso, options: CodecOptions & CompareOptions): Promise<IsoDiff> {
  const areas = sharedAreas(a, b)
  const ranges: DifferingRange[] = []
  let rangeCount = 0
  let isOnlyCustomized = true
  for await (const difference of compareSources(a.iso.source, b.iso.source, options)) {
    for (const range of splitByAreas(difference, areas)) {
      rangeCount++
      if (range.area === undefined) isOnlyCustomized = false
      if (ranges.length < MAX_LISTED_RANGES) ranges.push(range)
    }
  }
  const problems: string[] = []
  const filesOfA = await attemptFiles(a, options, problems)
  const filesOfB = await attemptFiles(b, options, problems)
  return {
    isEqual: rangeCount === 0,
    members: filesOfA && filesOfB ? diffMembers(filesOfA, filesOfB) : [],
    kargs: diffKargs(a, b),
    ranges,
    rangeCount,
    isOnlyCustomized,
    problems,
  }
}

/** Areas that both images declare at the same place. */
function sharedAreas(a: LiveIso, b: LiveIso): readonly DeclaredArea[] {
  const others = declaredAreas(b)
  return declaredAreas(a).filter((area) =>
    others.some((other) => other.offset === area.offset && other.byteLength === area.byteLength),
  )
}

/** Cuts a range at the borders of areas, which are in order and disjoint. */
function* splitByAreas(range: Extent, areas: readonly DeclaredArea[]): Generator<DifferingRange> {
  const end = range.offset + range.byteLength
  let offset = range.offset
  for (const area of areas) {
    const areaEnd = area.offset + area.byteLength
    if (areaEnd <= offset || area.offset >= end) continue
    if (area.offset > offset) yield { offset, byteLength: area.offset - offset, area: undefined }
    const from = Math.max(offset, area.offset)
    offset = Math.min(end, areaEnd)
    yield { offset: from, byteLength: offset - from, area: area.label }
  }
  if (offset < end) yield { offset, byteLength: end - offset, area: undefined }
}

function diffMembers(a: readonly InitrdFile[], b: readonly InitrdFile[]): readonly MemberChange[] {
  const bytesOfA = new Map(a.map((file) => [file.path, file.bytes]))
  const bytesOfB = new Map(b.map((file) => [file.path, file.bytes]))
  const paths = [...new Set([...bytesOfA.keys(), ...bytesOfB.keys()])].sort()
  const members: MemberChange[] = []
  for (const path of paths) {
    const before = bytesOfA.get(path)
    const after = bytesOfB.get(path)
    if (before && after && equalBytes(before, after)) continue
    members.push({ path, change: before && after ? 'changed' : after ? 'added' : 'removed' })
  }
  return members
}

function diffKargs(a: LiveIso, b: LiveIso): IsoDiff['kargs'] {
  const texts = (live: LiveIso): readonly string[] => [
    ...new Set((live.kargs?.areas ?? []).map((area) => area.kargs ?? '(not text)')),
  ]
  const [left, right] = [texts(a), texts(b)]
  return left.join('\n') === right.join('\n') ? undefined : { a: left, b: right }
}

async function attemptFiles(
  live: LiveIso,
  options: CodecOptions,
  problems: string[],
): Promise<readonly InitrdFile[] | undefined> {
  try {
    return (await readCustomizations(live, options)).files
  } catch (error) {
    if (!(error instanceof IsokitError)) throw error
    problems.push(error.message)
    return undefined
  }
}
