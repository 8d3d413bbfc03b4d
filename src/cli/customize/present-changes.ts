import type { PlannedChange } from '../../operations/index.ts'
import type { CommandContext } from '../context.ts'

/** What the kinds of changes are called, in the order in which they are shown. */
const HEADINGS: readonly (readonly [kind: PlannedChange['kind'], heading: string])[] = [
  ['member', 'Files for the live initramfs'],
  ['config', 'Ignition configs for the live system'],
  ['file', 'Files on the live system'],
  ['unit', 'Units on the live system'],
  ['certificate', 'Certificates for the live system'],
  ['installer', 'Settings of the installer'],
  ['dest-config', 'Ignition configs for the installed system'],
  ['dest-certificate', 'Certificates for the installed system'],
  ['kargs', 'Kernel arguments of the live system'],
  ['behavior', 'What follows from it'],
]

/** Words a list of changes, grouped by what they are: one a line, with what it comes from. */
export function presentChanges(changes: readonly PlannedChange[]): string {
  const sections = HEADINGS.flatMap(([kind, heading]) => {
    const ofKind = changes.filter((change) => change.kind === kind)
    return ofKind.length === 0 ? [] : [`${heading}:\n${ofKind.map(presentChange).join('\n')}`]
  })
  return sections.length === 0 ? 'Nothing changes' : sections.join('\n')
}

/** Tells what a plan has to say beside its changes. */
export function tellPlan(
  { notices, warnings }: { readonly notices: readonly string[]; readonly warnings: readonly string[] },
  context: CommandContext,
): void {
  for (const warning of warnings) context.warn(warning)
  for (const notice of notices) context.note(notice)
}

function presentChange({ subject, detail, cause, isImplied }: PlannedChange): string {
  const described = detail === undefined ? subject : `${subject} (${detail})`
  return `  ${described}\n    ${isImplied ? 'implied by' : 'from'} ${cause}`
}
