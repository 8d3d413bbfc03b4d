import type { Patch } from '../../bytes/index.ts'
import {
  currentKargs,
  editKargs,
  type GzipEncoder,
  IGNITION_CONFIG_PATH,
  isKeyfilePath,
  type KargsEdit,
  type LiveIso,
  reviewKargsEdit,
} from '../../coreos/index.ts'
import { ImageError, IsokitError } from '../../errors.ts'
import type { InitrdFile } from '../../formats/initrd/index.ts'
import { equalFiles } from '../equal-files.ts'
import { type EmbedOptions, planEmbedArea } from '../plan-embed.ts'
import { bootsThroughGrub, planKargsText } from '../plan-kargs.ts'
import { readCustomizations } from '../read-customizations.ts'
import type { Customization, CustomizationChecks } from './customization.ts'
import { type CustomizationPlan, planCustomization } from './plan-customization.ts'
import type { PlannedChange } from './planned-change.ts'

/** A customization of an ISO image, which can change the live system's kernel arguments as well. */
export interface IsoCustomization extends Customization {
  /** What to change in the default kernel arguments. */
  readonly liveKargs?: KargsEdit | undefined
}

/** Options of {@link planIsoCustomization}. */
export interface IsoCustomizationOptions extends EmbedOptions {
  readonly gzip: GzipEncoder
  /** How closely the customization is looked at; `all` unless given. */
  readonly checks?: CustomizationChecks | undefined
  /**
   * With `force` and without an edit of the kernel arguments, whether those of an earlier customization stay, as they do for
   * coreos-installer. They go unless given.
   */
  readonly keepsKargs?: boolean | undefined
}

/** What to write into an image. */
export interface IsoCustomizationPlan extends CustomizationPlan {
  /** Empty when the image is customized in the very same way. */
  readonly patches: readonly Patch[]
  /** The kernel arguments that the image will have; `undefined` when it has no areas for them. */
  readonly kargs: string | undefined
}

/**
 * Plans to customize a live ISO: all that its embed area holds is replaced, and its kernel arguments are made from the
 * defaults. Without anything to do, an image that is as published stays so.
 *
 * @throws {ImageError} `ALREADY_EMBEDDED` (says `already customized`) unless `force` is set or the customization is the very
 *   same, `KARGS_UNSUPPORTED`, `KARGS_TOO_LONG`, `AREA_TOO_SMALL`, and what {@link planCustomization} throws.
 */
export async function planIsoCustomization(
  live: LiveIso,
  customization: IsoCustomization,
  options: IsoCustomizationOptions,
): Promise<IsoCustomizationPlan> {
  const { liveKargs = {}, ...others } = customization
  const present = await readPresent(live, options)
  const kargs = chooseKargs(live, liveKargs, { present, keeps: (options.force && options.keepsKargs) ?? false })
  const { name, features } = live
  const plan = await planCustomization(others, { name, features, kargs, isIso: true }, options)

  const isSame = equalFiles(present.files, plan.files) && present.kargs === kargs
  if (present.isCustomized && !options.force && (!isSame || options.refuseRepeat)) {
    throw new ImageError('ALREADY_EMBEDDED', `${name} is already customized`, {
      hint: 'Use --force to replace what is there',
    })
  }
  const ofKargs =
    live.kargs && kargs !== undefined && kargs !== present.kargs ? planKargsText(live, live.kargs, kargs) : []
  const isReset = present.kargs !== live.kargs?.default && kargs === live.kargs?.default
  return {
    ...plan,
    changes: [...plan.changes, ...describeKargs(live, liveKargs, { kargs, isReset })],
    notices: [...plan.notices, ...(isReset ? ['The kernel arguments start from the defaults again'] : [])],
    warnings: [...plan.warnings, ...reviewKargs(live, liveKargs)],
    kargs,
    patches: isSame ? [] : [...(await planEmbedArea(live, plan.files, options)), ...ofKargs],
  }
}

/** How an image is customized now. */
interface Present {
  readonly files: readonly InitrdFile[]
  /** `undefined` when there are none, or when the areas disagree. */
  readonly kargs: string | undefined
  readonly isCustomized: boolean
}

async function readPresent(live: LiveIso, options: IsoCustomizationOptions): Promise<Present> {
  const { files } = await readCustomizations(live, options)
  const kargs = live.kargs && readKargs(live, options)
  const hasKargs = live.kargs !== undefined && kargs !== live.kargs.default
  const hasFiles = files.some(({ path }) => path === IGNITION_CONFIG_PATH || isKeyfilePath(path))
  return { files, kargs, isCustomized: hasFiles || hasKargs }
}

/** Damaged areas can be replaced, but not looked over by mistake. */
function readKargs(live: LiveIso, { force = false }: IsoCustomizationOptions): string | undefined {
  try {
    return live.kargs && currentKargs(live.kargs, live.name)
  } catch (error) {
    if (force && error instanceof IsokitError) return undefined
    throw error
  }
}

function chooseKargs(
  live: LiveIso,
  edit: KargsEdit,
  { present, keeps }: { readonly present: Present; readonly keeps: boolean },
): string | undefined {
  if (live.kargs) {
    return isEmptyEdit(edit) && keeps ? (present.kargs ?? live.kargs.default) : editKargs(live.kargs.default, edit)
  }
  if (isEmptyEdit(edit)) return undefined
  throw new ImageError(
    'KARGS_UNSUPPORTED',
    `${live.name} does not support customizing live kernel arguments: it has no areas for them`,
    { hint: 'Use an image of 2021 or later (s390x: mid 2023 or later)' },
  )
}

function describeKargs(
  live: LiveIso,
  edit: KargsEdit,
  { kargs, isReset }: { readonly kargs: string | undefined; readonly isReset: boolean },
): readonly PlannedChange[] {
  if (!live.kargs || kargs === undefined) return []
  const asked = (['append', 'delete', 'replace'] as const).flatMap((key) =>
    (edit[key] ?? []).map(
      (karg): PlannedChange => ({
        kind: 'kargs',
        subject: karg,
        detail: key,
        cause: `--live-karg-${key}`,
        isImplied: false,
      }),
    ),
  )
  const result: PlannedChange = { kind: 'kargs', subject: kargs, detail: 'result', cause: 'the edits', isImplied: true }
  const reset: PlannedChange = { ...result, cause: '--force, which starts from the defaults' }
  return [...asked, ...(isReset ? [reset] : asked.length > 0 ? [result] : [])]
}

function reviewKargs(live: LiveIso, edit: KargsEdit): readonly string[] {
  if (!live.kargs || isEmptyEdit(edit)) return []
  return reviewKargsEdit(live.kargs.default, edit, { isGrub: bootsThroughGrub(live) })
}

function isEmptyEdit({ append = [], delete: deleted = [], replace = [], appendIfMissing = [] }: KargsEdit): boolean {
  return append.length + deleted.length + replace.length + appendIfMissing.length === 0
}
