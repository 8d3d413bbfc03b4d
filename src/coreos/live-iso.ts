import type { Extent, Source } from '../bytes/index.ts'
import { FormatError } from '../errors.ts'
import { type Iso9660, readIso9660 } from '../formats/iso9660/index.ts'
import { type EmbedArea, findEmbedArea } from './embed-area.ts'
import { type Features, readFeatures } from './features.ts'
import { type KargsAreas, readKargsAreas } from './karg-areas.ts'

/** A CoreOS live ISO: where it can change, and what it can do. */
export interface LiveIso {
  /** How messages call the image. */
  readonly name: string
  /** The ISO 9660 volume. */
  readonly iso: Iso9660
  /** The space for a second initrd. */
  readonly embedArea: EmbedArea
  /** The kernel-argument areas; `undefined` for images that have none. */
  readonly kargs: KargsAreas | undefined
  /** What the software inside can do. */
  readonly features: Features
}

/** One area of an image that may change. */
export interface DeclaredArea extends Extent {
  /** What it is, for people. */
  readonly label: string
}

/**
 * Reads where a live ISO can be customized. A few kilobytes are read, whatever the size of the image.
 *
 * @throws {FormatError} `ISO_NOT_FOUND` and its neighbours for something that is no ISO 9660 image, `NOT_A_LIVE_ISO` for
 *   other ISO images, `METADATA_INVALID` or `AREA_INVALID` for a live ISO whose declarations are damaged.
 */
export async function readLiveIso(
  source: Source,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<LiveIso> {
  const iso = await readIso9660(source, options)
  const live: LiveIso = {
    name: source.name,
    iso,
    embedArea: await findEmbedArea(iso, options),
    kargs: await readKargsAreas(iso, options),
    features: await readFeatures(iso, options),
  }
  checkDisjoint(live)
  return live
}

/** Every area of the image that may change, by offset. */
export function declaredAreas(live: Pick<LiveIso, 'embedArea' | 'kargs'>): readonly DeclaredArea[] {
  const { offset, byteLength, path } = live.embedArea
  const areas = [{ offset, byteLength, label: `embed area (${path})` }]
  for (const area of live.kargs?.areas ?? []) {
    const label = area.path === undefined ? 'kernel-argument area' : `kernel-argument area (${area.path})`
    areas.push({ offset: area.offset, byteLength: area.byteLength, label })
  }
  return areas.sort((a, b) => a.offset - b.offset)
}

/** Throws when areas overlap each other, or what stands at the start of every image: writing there would destroy it. */
function checkDisjoint(live: LiveIso): void {
  let last: DeclaredArea = { offset: 0, byteLength: live.iso.descriptorsEndOffset, label: 'volume descriptors' }
  for (const area of declaredAreas(live)) {
    if (area.offset < last.offset + last.byteLength) {
      throw new FormatError(
        'AREA_INVALID',
        `The ${area.label} at offset ${area.offset} of ${live.name} overlaps the ${last.label} (up to offset ${last.offset + last.byteLength})`,
        { hint: 'Get the image again from its publisher' },
      )
    }
    last = area
  }
}
