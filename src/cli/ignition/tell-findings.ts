import type { IgnitionFinding } from '../../coreos/index.ts'
import type { CommandContext } from '../context.ts'

/** The most findings that are told in passing; `ignition validate` shows all. */
export const MAX_TOLD_COUNT = 20

/** Tells findings about a config on stderr. The report is loaded when there is something to tell. */
export async function tellFindings(
  findings: readonly IgnitionFinding[],
  input: { readonly name: string; readonly bytes: Uint8Array },
  context: CommandContext,
): Promise<void> {
  if (findings.length === 0) return
  const [{ openConfig, presentFinding }, { findingToJson }] = await Promise.all([
    import('../ignition-report/present-report.ts'),
    import('../ignition-report/report-json.ts'),
  ])
  const config = openConfig(input)
  for (const finding of findings.slice(0, MAX_TOLD_COUNT)) {
    context.report(
      { finding: { file: input.name, ...findingToJson(finding) } },
      (paint) => `${presentFinding(finding, config, paint)}\n`,
    )
  }
  const untold = findings.length - MAX_TOLD_COUNT
  if (untold > 0) context.note(`There are ${untold} more findings; \`isokit ignition validate\` shows them all`)
}
