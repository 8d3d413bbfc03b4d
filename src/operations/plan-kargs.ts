import { decodeUtf8, type Patch } from '../bytes/index.ts'
import {
  currentKargs,
  editKargs,
  encodeKargsArea,
  type KargsAreas,
  type KargsEdit,
  type LiveIso,
} from '../coreos/index.ts'
import { ImageError } from '../errors.ts'

/**
 * Plans to edit the kernel arguments that stand in the image now; all areas get the same text.
 *
 * @throws {ImageError} `KARGS_UNSUPPORTED`, `KARGS_TOO_LONG`, or `KARGS_DAMAGED` when the areas disagree.
 * @throws {UsageError} `KARG_INVALID`
 */
export function planKargs(live: LiveIso, edit: KargsEdit): readonly Patch[] {
  const areas = requireKargs(live)
  return planKargsText(live, areas, editKargs(currentKargs(areas, live.name), edit))
}

/**
 * Plans to write the default kernel arguments to all areas, whatever stands there.
 *
 * @throws {ImageError} `KARGS_UNSUPPORTED`; `KARGS_TOO_LONG` when the image declares defaults that cannot fit.
 */
export function planKargsReset(live: LiveIso): readonly Patch[] {
  const areas = requireKargs(live)
  return planKargsText(live, areas, areas.default)
}

/**
 * The image's kernel-argument areas.
 *
 * @throws {ImageError} `KARGS_UNSUPPORTED` when it has none.
 */
export function requireKargs(live: LiveIso): KargsAreas {
  if (live.kargs) return live.kargs
  throw new ImageError(
    'KARGS_UNSUPPORTED',
    `No karg embed areas found in ${live.name}: the image is old or corrupted`,
    { hint: 'Use an image of 2021 or later (s390x: mid 2023 or later)' },
  )
}

/** Whether GRUB reads the image's kernel arguments, and gives some characters a meaning; zipl and ISOLINUX don't. */
export function bootsThroughGrub(live: LiveIso): boolean {
  return (live.kargs?.areas ?? []).some(({ path }) => path === undefined || /grub\.cfg$/i.test(path))
}

/**
 * The kernel arguments of a file: one a line, without empty lines and lines that start with `#`.
 *
 * @throws {FormatError} `TEXT_NOT_UTF8`
 */
export function parseKargsFile(bytes: Uint8Array, name: string): readonly string[] {
  return decodeUtf8(bytes, name)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
}

/** Plans to write a text to all kernel-argument areas. @throws {ImageError} `KARGS_TOO_LONG` */
export function planKargsText(live: LiveIso, areas: KargsAreas, kargs: string): readonly Patch[] {
  return areas.areas.map((area) => {
    const where = `the kernel arguments at offset ${area.offset} of ${live.name}`
    const bytes = encodeKargsArea(kargs, area, areas.byteLength, where)
    return { offset: area.offset, bytes, label: 'kernel-argument area' }
  })
}
