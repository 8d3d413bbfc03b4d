import type * as types from '../model/types.ts'
import { outcome } from './outcome.ts'
import { type StepBase, stepBase } from './step.ts'

/** The kernel arguments of the installed system are made to fit. */
export interface KernelArgumentsStep extends StepBase {
  readonly kind: 'kernel-arguments'
  /** Added where they are missing, in this order; an element may hold several. */
  readonly shouldExist: readonly string[]
  /** Removed where they are there. */
  readonly shouldNotExist: readonly string[]
}

/** At most one step, and none when nothing is wanted. */
export function planKernelArguments({
  shouldExist = [],
  shouldNotExist = [],
}: types.KernelArguments): readonly KernelArgumentsStep[] {
  if (shouldExist.length + shouldNotExist.length === 0) return []
  const step: KernelArgumentsStep = {
    kind: 'kernel-arguments',
    shouldExist,
    shouldNotExist,
    ...stepBase('kargs', {
      outcomes: [
        outcome('kargs-as-wanted', 'nothing'),
        outcome('kargs-differ', 'reboot'),
        outcome('kargs-differ-live', 'fail'),
      ],
    }),
  }
  return [step]
}
