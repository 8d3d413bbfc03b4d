import type * as types from '../model/types.ts'
import { type BuildContext, withPaths } from './build-context.ts'
import type { IgnitionParts } from './ignition-parts.ts'

const LINE_BREAK_OR_NUL = /[\n\r\0]/

/** The kernel arguments of the parts, behind those of the base. */
export function buildKernelArguments(
  { base, kernelArguments }: IgnitionParts,
  context: BuildContext,
): types.KernelArguments {
  return { shouldExist: build('shouldExist'), shouldNotExist: build('shouldNotExist') }

  function build(list: keyof types.KernelArguments): readonly string[] {
    const present = base?.kernelArguments?.[list] ?? []
    for (const [karg, path] of withPaths(kernelArguments?.[list], ['kernelArguments', list], present)) {
      if (karg.trim() === '') context.report(path, 'the kernel argument is empty', 'Leave it out')
      else if (LINE_BREAK_OR_NUL.test(karg)) {
        context.report(path, 'a kernel argument has no line breaks', 'Give each argument on its own')
      }
    }
    return [...present, ...(kernelArguments?.[list] ?? [])]
  }
}
