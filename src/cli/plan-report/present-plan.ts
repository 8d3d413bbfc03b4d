import type { Provisioning, ProvisioningPlan, ProvisioningStep } from '../../coreos/index.ts'
import { formatSize } from '../format-size.ts'
import { oneLine } from '../one-line.ts'
import { wrapText } from '../text-layout.ts'
import { nodeTable } from './node-table.ts'
import { SECTIONS, type Section } from './sections.ts'
import { countOf, type StepOf, stepLines, WIDTH } from './step-text.ts'
import { wordStep } from './word-step.ts'

/** The most failing steps that the head lists; all of them are marked where they stand. */
const MAX_LISTED_COUNT = 10

const SYSTEM_NAMES = { none: 'a machine', coreos: 'CoreOS', 'fedora-coreos': 'Fedora CoreOS' } as const

/** Words a plan for people: a section for each sort of step, in the order in which the target goes through them. */
export function presentPlan(plan: ProvisioningPlan, name: string): string {
  const sections = SECTIONS.map((section) => sectionLines(section, plan.steps)).filter((lines) => lines.length > 0)
  return [headLines(plan, name), ...sections].map((lines) => lines.join('\n')).join('\n\n')
}

function headLines(plan: ProvisioningPlan, name: string): readonly string[] {
  const { version, base, isComplete, networkUses, counts, steps } = plan
  const failing = counts.failing === 0 ? 'none fails for certain' : `${counts.failing} WILL FAIL`
  return [
    `What ${SYSTEM_NAMES[base]} does with ${oneLine(name)} (spec ${version}) at its first boot`,
    '',
    `${countOf(counts.steps, 'step')}: ${failing}, ${counts.conditional} depend on the target, ${counts.destructive} may lose data`,
    ...(counts.failing === 0 ? [] : failureLines(steps)),
    networkUses.length === 0
      ? 'The network is not needed before the system starts'
      : `The network is needed before the system starts: ${oneLine(networkUses.join(', '))}`,
    ...(isComplete ? [] : ['The plan is incomplete: nobody knows here what the configs say that have to be fetched']),
  ]
}

function failureLines(steps: readonly ProvisioningStep[]): readonly string[] {
  const failing = steps.filter(({ failures }) => failures.length > 0)
  const lines = failing
    .slice(0, MAX_LISTED_COUNT)
    .map((step) => `  ${oneLine(wordStep(step).line)}: ${oneLine(step.failures[0]?.message ?? '')}`)
  const more = failing.length - MAX_LISTED_COUNT
  return more > 0 ? [...lines, `  and ${more} more`] : lines
}

function sectionLines(
  { title, kinds, intro = [], told = [] }: Section,
  all: readonly ProvisioningStep[],
): readonly string[] {
  const steps = all.filter(({ kind }) => kinds.includes(kind))
  if (steps.length === 0) return []
  const toldKinds = new Set<Provisioning.ConditionKind>(told)
  const isIntroduced =
    told.length === 0 || steps.some(({ outcomes }) => outcomes.some(({ condition }) => toldKinds.has(condition)))
  return [
    title,
    ...(isIntroduced ? intro.flatMap((text) => wrapText(text, WIDTH - 2)).map((line) => `  ${line}`) : []),
    ...(kinds.includes('file')
      ? nodeTable(steps as readonly Provisioning.NodeStep[], toldKinds)
      : listSteps(steps, toldKinds)),
  ]
}

function listSteps(
  steps: readonly ProvisioningStep[],
  told: ReadonlySet<Provisioning.ConditionKind>,
): readonly string[] {
  const lines: string[] = []
  const carried: StepOf<'fetch'>[] = []
  for (const step of steps) {
    if (isToldWithItsFile(step)) carried.push(step)
    else lines.push(...stepLines(step, wordStep(step), told))
  }
  if (carried.length === 0) return lines
  const byteLength = carried.reduce((sum, { resource }) => sum + (resource.byteLength ?? 0), 0)
  const what = `${countOf(carried.length, 'resource')} of ${formatSize(byteLength)}`
  return [...lines, `  ${what} in the config itself: see what they are for`]
}

/** What the config carries for files and volumes is best shown there. */
function isToldWithItsFile(step: ProvisioningStep): step is StepOf<'fetch'> {
  return step.kind === 'fetch' && step.for !== undefined && step.resource.origin !== 'remote'
}
