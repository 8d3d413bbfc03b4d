import type { Provisioning, ProvisioningStep } from '../../coreos/index.ts'
import { oneLine } from '../one-line.ts'
import { wrapText } from '../text-layout.ts'

/** The step of one kind. */
export type StepOf<Kind extends ProvisioningStep['kind']> = Extract<ProvisioningStep, { readonly kind: Kind }>

/** A step in words: a line, and what stands below it; empty texts are left out. */
export interface StepText {
  readonly line: string
  readonly facts?: readonly string[]
}

const EFFECT_WORDS: Readonly<Record<Provisioning.Effect, string>> = {
  nothing: 'nothing happens',
  create: 'created',
  keep: 'kept',
  change: 'changed',
  resize: 'resized',
  replace: 'replaced',
  delete: 'deleted',
  reboot: 'changed, and the machine reboots',
  retry: 'tried again until it works',
  fail: 'fails',
}

/** Columns of what isokit itself has to say; names and paths may be longer. */
export const WIDTH = 100

const INDENT = '      '
const CONTINUATION = '  '

/** The lines of a step and of what is to say about it. */
export function stepLines(
  step: ProvisioningStep,
  { line, facts = [] }: StepText,
  told: ReadonlySet<Provisioning.ConditionKind>,
): readonly string[] {
  return [
    `  ${oneLine(line)}`,
    ...facts.filter((fact) => fact !== '').map((fact) => INDENT + oneLine(fact)),
    ...(step.isDestructive ? [`${INDENT}data on the target may be lost`] : []),
    ...verdictLines(step, told),
  ]
}

/**
 * What depends on the target, what fails, and what else to know.
 *
 * @param told conditions that the section tells about.
 */
export function verdictLines(
  { outcomes, failures, notes }: ProvisioningStep,
  told: ReadonlySet<Provisioning.ConditionKind>,
): readonly string[] {
  const texts = [
    ...failures.map(({ message }) => `WILL FAIL: ${message}`),
    ...outcomes.filter(({ condition }) => !told.has(condition)).map(outcomeText),
    ...notes.map((note) => `note: ${note}`),
  ]
  return texts.flatMap((text) => {
    const [first = '', ...rest] = wrapText(oneLine(text), WIDTH - INDENT.length - CONTINUATION.length)
    return [`${INDENT}${first}`, ...rest.map((line) => `${INDENT}${CONTINUATION}${line}`)]
  })
}

function outcomeText({ when, effect }: Provisioning.Outcome): string {
  return `if ${when}: ${EFFECT_WORDS[effect]}`
}

/** What there is to say, with commas. */
export function joinFacts(facts: readonly (string | false | undefined)[]): string {
  return facts.filter((fact) => fact !== undefined && fact !== false && fact !== '').join(', ')
}

/** `options: a b`, or nothing when there are none. */
export function nameList(name: string, values: readonly string[]): string {
  return values.length === 0 ? '' : `${name}: ${values.join(' ')}`
}

/** `1 key`, `2 keys`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
