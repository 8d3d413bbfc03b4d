import { encodeUtf8, type Patch, type Source } from '../bytes/index.ts'
import {
  currentKargs,
  editKargs,
  formatKargsJson,
  LIVE_ISO_KARG,
  type LiveIso,
  locateKargsJson,
  measureEmbedArea,
  readKargsJson,
  readLiveIso,
  splitKargs,
} from '../coreos/index.ts'
import { FormatError, ImageError } from '../errors.ts'
import { findIsoEntry, isoFileSource } from '../formats/iso9660/index.ts'
import { decodeMiniso, MAX_MINISO_BYTE_LENGTH, type Miniso, rebuildMinimalImage } from '../formats/miniso/index.ts'
import { type MinimalIso, verifyMinimalIso } from './minimal-iso.ts'
import { planKargs, requireKargs } from './plan-kargs.ts'
import { rootfsKarg } from './rootfs-url.ts'

/** The file of a full image that says how to get a minimal one. */
export const MINISO_PATH = 'COREOS/MINISO.DAT'

/** Fills what new text leaves of a JSON file. */
const SPACE = 0x20

/** Options of {@link planMinimalIso}. */
export interface PlanMinimalIsoOptions {
  /** Where the live system shall fetch its rootfs. Without it, somebody has to add the argument later. */
  readonly rootfsUrl?: string | undefined
  /** Stops the work; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Plans to cut the minimal ISO out of a full one. A few megabytes are read and kept in memory, whatever the image's size;
 * `minimalIsoChunks` gives the bytes, and compares their hash.
 *
 * @throws {ImageError} `ALREADY_EMBEDDED` when the image carries customizations, `KARGS_UNSUPPORTED`,
 *   `MINISO_UNSUPPORTED` when it has no data for a minimal ISO, `MINISO_MISMATCH` when it was modified, `KARGS_TOO_LONG`,
 *   `AREA_TOO_SMALL` when `kargs.json` would grow.
 * @throws {FormatError} `MINISO_INVALID` and what else is wrong with damaged data.
 * @throws {UsageError} `KARG_INVALID` for a URL that is no kernel argument.
 */
export async function planMinimalIso(live: LiveIso, options: PlanMinimalIsoOptions = {}): Promise<MinimalIso> {
  const { signal, rootfsUrl } = options
  const append = rootfsUrl === undefined ? [] : [rootfsKarg(rootfsUrl)]
  await checkPristine(live, signal)
  const miniso = await readMiniso(live, signal)
  const original = await rebuildMinimalImage(live.iso.source, miniso, {
    name: `the minimal ISO in ${live.name}`,
    signal,
  })
  const { sha256 } = miniso
  try {
    return { original, sha256, ...(await planNetworkBoot(original, append, signal)) }
  } catch (error) {
    // In a modified image anything may be wrong. That it was modified is what helps to know.
    if (error instanceof FormatError) await verifyMinimalIso({ original, sha256 }, { signal })
    throw error
  }
}

async function checkPristine(live: LiveIso, signal: AbortSignal | undefined): Promise<void> {
  const isEmbedded = (await measureEmbedArea(live.iso, live.embedArea, { signal })) > 0
  const areas = isEmbedded ? undefined : requireKargs(live)
  if (areas && currentKargs(areas, live.name) === areas.default) return
  throw new ImageError(
    'ALREADY_EMBEDDED',
    `Cannot operate on ISO with embedded customizations: ${live.name} carries ${isEmbedded ? 'a config or network settings' : 'other kernel arguments'}`,
    { hint: 'Run `isokit iso reset` on it, and customize the minimal ISO instead' },
  )
}

async function readMiniso(live: LiveIso, signal: AbortSignal | undefined): Promise<Miniso> {
  const entry = await findIsoEntry(live.iso, MINISO_PATH, { signal })
  if (!entry || entry.isDirectory) throw unsupported(live, 'it has no coreos/miniso.dat')
  const file = isoFileSource(live.iso, entry)
  const bytes = await file.read(0, Math.min(file.byteLength, MAX_MINISO_BYTE_LENGTH), { signal })
  if (bytes.every((byte) => byte === 0)) throw unsupported(live, 'its coreos/miniso.dat was never filled')
  return decodeMiniso(bytes, `coreos/miniso.dat of ${live.name}`)
}

function unsupported(live: LiveIso, reason: string): ImageError {
  return new ImageError('MINISO_UNSUPPORTED', `${live.name} does not support extracting a minimal ISO: ${reason}`, {
    hint: 'Use an image of December 2021 or later, as it was published',
  })
}

/** Edits the minimal image so that its rootfs comes from the network, and stays so when the arguments are reset. */
async function planNetworkBoot(
  original: Source,
  append: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Pick<MinimalIso, 'patches' | 'kargs'>> {
  const minimal = await readLiveIso(original, { signal })
  const current = currentKargs(requireKargs(minimal), minimal.name)
  const liveIsoKarg = splitKargs(current).find((karg) => karg.startsWith(`${LIVE_ISO_KARG}=`))
  if (liveIsoKarg === undefined) {
    throw new ImageError(
      'MINISO_UNSUPPORTED',
      `${minimal.name} does not support extracting a minimal ISO: it has no kernel argument ${LIVE_ISO_KARG}= to remove`,
    )
  }
  const withoutMedium = { delete: [liveIsoKarg] }
  const patches = [
    ...planKargs(minimal, { ...withoutMedium, append }),
    await planDefaultKargs(minimal, editKargs(current, withoutMedium), signal),
  ]
  return { patches, kargs: editKargs(current, { ...withoutMedium, append }) }
}

async function planDefaultKargs(
  minimal: LiveIso,
  defaultKargs: string,
  signal: AbortSignal | undefined,
): Promise<Patch> {
  const [json, extent] = await Promise.all([
    readKargsJson(minimal.iso, { signal }),
    locateKargsJson(minimal.iso, { signal }),
  ])
  if (!json || !extent) {
    throw new ImageError(
      'MINISO_UNSUPPORTED',
      `${minimal.name} does not support extracting a minimal ISO: it has no coreos/kargs.json`,
    )
  }
  const text = encodeUtf8(formatKargsJson({ ...json, default: defaultKargs }))
  if (text.byteLength > extent.byteLength) {
    throw new ImageError(
      'AREA_TOO_SMALL',
      `Cannot change the default kernel arguments of ${minimal.name}: ${text.byteLength} bytes do not fit the ${extent.byteLength} of coreos/kargs.json`,
    )
  }
  const bytes = new Uint8Array(extent.byteLength).fill(SPACE)
  bytes.set(text)
  return { offset: extent.offset, bytes, label: 'coreos/kargs.json' }
}
