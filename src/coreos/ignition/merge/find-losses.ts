import type { IgnitionPath } from '../model/path.ts'
import type * as types from '../model/types.ts'
import { FINDING_KINDS } from '../validate/kinds.ts'
import { walkObjects } from '../validate/walk.ts'
import { beforeCut, inputsOf, type Lineage, originsOf, type PairLineage, sidesOf } from './lineage.ts'
import { MERGE_FINDING_KINDS, type MergeFinding } from './merge-finding.ts'
import type { Replacement } from './merge-pair.ts'

const NOUNS: Readonly<Record<string, string>> = {
  directories: 'the directory',
  files: 'the file',
  links: 'the link',
  shouldExist: 'the wanted kernel argument',
  shouldNotExist: 'the unwanted kernel argument',
}

/** Finds what merging does without a word and what is hardly meant. */
export function findLosses(lineage: Lineage): readonly MergeFinding[] {
  const findings: MergeFinding[] = [...findReplacement(lineage)]
  walkObjects(lineage.config, lineage.config.ignition.version, ({ schema, value, path }) => {
    if (schema.name === 'header' && value['value'] === undefined) findings.push(lonelyDeletion(lineage, [...path]))
    if (schema.name === 'resource' || schema.name === 'replacement')
      findings.push(...findInheritedSettings(lineage, value, [...path]))
  })
  for (const pair of pairsOf(lineage)) {
    for (const replacement of pair.replacements) findings.push(entryReplaced(pair, replacement))
  }
  return findings
}

/** Finds that a reference makes the target forget all that was merged. */
export function findReplacement(lineage: Lineage): readonly MergeFinding[] {
  const isOnly = inputsOf(lineage).length === 1
  if (isOnly || lineage.config.ignition.config?.replace?.source === undefined) return []
  const kind = 'configs-replaced'
  const path = ['ignition', 'config', 'replace', 'source']
  const message = 'the target takes this config in the place of all that are merged here'
  const hint = 'Remove ignition.config.replace, or the other configs'
  return [{ severity: MERGE_FINDING_KINDS[kind], kind, path, origins: originsOf(lineage, path), message, hint }]
}

function lonelyDeletion(lineage: Lineage, path: IgnitionPath): MergeFinding {
  const kind = 'header-without-value'
  const message = 'this header has no value, as if to remove one, and there is none to remove: the request will fail'
  const hint = 'Set value, or remove the header'
  return { severity: FINDING_KINDS[kind], kind, path, origins: originsOf(lineage, path), message, hint }
}

/** Goes back to where the source was replaced, and looks what was left of the resource that it was part of. */
function findInheritedSettings(
  lineage: Lineage,
  resource: types.Resource,
  path: IgnitionPath,
): readonly MergeFinding[] {
  if (resource.source === undefined) return []
  let [current, place] = [lineage, path]
  while (current.kind !== 'input') {
    if (current.kind === 'cut') {
      ;[current, place] = [current.whole, beforeCut(current, place)]
      continue
    }
    const sides = sidesOf(current, place)
    const parent = sides.parent && resourceAt(current.parent, sides.parent)
    const child = sides.child && resourceAt(current.child, sides.child)
    const inherited = parent && child ? inheritedSettings(parent, child) : []
    if (inherited.length > 0) return [settingsInherited(lineage, path, inherited)]
    const isOfChild = sides.child !== undefined && (sides.parent === undefined || child?.source !== undefined)
    ;[current, place] = isOfChild ? [current.child, sides.child ?? place] : [current.parent, sides.parent ?? place]
  }
  return []
}

function inheritedSettings(parent: types.Resource, child: types.Resource): readonly IgnitionPath[] {
  if (parent.source === undefined || child.source === undefined || parent.source === child.source) return []
  const settings: IgnitionPath[] = []
  if (parent.compression && child.compression === undefined) settings.push(['compression'])
  if (parent.verification?.hash && child.verification?.hash === undefined) settings.push(['verification', 'hash'])
  const own = new Set(child.httpHeaders?.map(({ name }) => name))
  if (parent.httpHeaders?.some(({ name }) => !own.has(name))) settings.push(['httpHeaders'])
  return settings
}

function settingsInherited(lineage: Lineage, path: IgnitionPath, settings: readonly IgnitionPath[]): MergeFinding {
  const kind = 'settings-inherited'
  const names = settings.map((setting) => setting.join('.')).join(' and ')
  const origins = [...settings, ['source']].flatMap((below) => originsOf(lineage, [...path, ...below]))
  const message = `the source is replaced, and ${names} of the old one stays`
  const hint = 'Set them along with the source; an empty compression is none'
  return { severity: MERGE_FINDING_KINDS[kind], kind, path: [...path, 'source'], origins, message, hint }
}

function entryReplaced({ parent, child }: PairLineage, replacement: Replacement): MergeFinding {
  const kind = 'entry-replaced'
  const [before, after] = [replacement.parent, replacement.child].map((path) => NOUNS[path.at(-2) ?? ''] ?? 'the entry')
  const origins = [...originsOf(parent, replacement.parent), ...originsOf(child, replacement.child)]
  const message = `${before} ${replacement.key} is gone: ${after} of the same name takes its place`
  return { severity: MERGE_FINDING_KINDS[kind], kind, path: undefined, origins, message }
}

function resourceAt({ config }: Lineage, path: IgnitionPath): types.Resource | undefined {
  let value: unknown = config
  for (const step of path) value = (value as Readonly<Record<string | number, unknown>> | undefined)?.[step]
  return value as types.Resource | undefined
}

/** The pairs that were merged, in that order. */
function pairsOf(lineage: Lineage): readonly PairLineage[] {
  const pairs: PairLineage[] = []
  const open = [lineage]
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.kind === 'cut') open.push(next.whole)
    else if (next.kind === 'pair') {
      pairs.push(next)
      open.push(next.parent, next.child)
    }
  }
  return pairs.reverse()
}
