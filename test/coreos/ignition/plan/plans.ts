import { gzipSync } from 'node:zlib'
import {
  type PlanProvisioningOptions,
  type ProvisioningPlan,
  type ProvisioningStep,
  planProvisioning,
} from '../../../../src/index.ts'
import { nodeCodecs as codecs } from '../../../../src/node/index.ts'
import { parseText } from '../../../support/ignition-configs.ts'

/** The sections of a config, as JSON has them. */
export type Sections = Readonly<Record<string, object>>

/** The step of one kind. */
export type StepOf<Kind extends ProvisioningStep['kind']> = Extract<ProvisioningStep, { readonly kind: Kind }>

/** Plans a config of spec 3.4.0, unless it says otherwise. */
export function planOf(
  { ignition, ...sections }: Sections,
  options: Partial<PlanProvisioningOptions> = {},
): Promise<ProvisioningPlan> {
  const config = parseText(JSON.stringify({ ignition: { version: '3.4.0', ...ignition }, ...sections }))
  return planProvisioning(config, { codecs, ...options })
}

/** The steps of a kind. */
export function stepsOf<Kind extends ProvisioningStep['kind']>(
  { steps }: ProvisioningPlan,
  kind: Kind,
): readonly StepOf<Kind>[] {
  return steps.filter((step): step is StepOf<Kind> => step.kind === kind)
}

/** What depends on the target: `path-taken: fail`. */
export function outcomesOf({ outcomes }: ProvisioningStep): readonly string[] {
  return outcomes.map(({ condition, effect }) => `${condition}: ${effect}`)
}

/** The kinds of what fails on any target. */
export function failuresOf({ failures }: ProvisioningStep): readonly string[] {
  return failures.map(({ kind }) => kind)
}

/** A resource that carries a text. */
export function inline(text: string | Uint8Array): { readonly source: string } {
  return { source: `data:;base64,${Buffer.from(text).toString('base64')}` }
}

/** A resource that carries a text compressed. */
export function gzipped(text: string | Uint8Array): { readonly source: string; readonly compression: string } {
  return { ...inline(gzipSync(text)), compression: 'gzip' }
}
