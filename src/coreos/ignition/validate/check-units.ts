import { parseUnit, type UnitText } from '../../../formats/systemd-unit/index.ts'
import type * as types from '../model/types.ts'
import { quote } from './quote.ts'
import type { Rule, RuleContext } from './rule.ts'

const UNIT_EXTENSIONS = [
  'service',
  'socket',
  'device',
  'mount',
  'automount',
  'swap',
  'target',
  'path',
  'timer',
  'snapshot',
  'slice',
  'scope',
]
const INSTALL_HINT = 'Add [Install] with WantedBy=, or remove enabled'

/** What concerns several units: enabled instances of services whose template says nothing of what enabling means. */
export const checkSystemd: Rule<types.Systemd> = ({ units = [] }, { report }) => {
  const contentsByName = new Map(units.map(({ name, contents }) => [name, contents]))
  const verdicts = new Map<string, boolean>()
  for (const [index, { name, enabled }] of units.entries()) {
    const template = enabled ? templateOf(name) : undefined
    if (template === undefined) continue
    if (!verdicts.has(template)) verdicts.set(template, lacksInstallSection(contentsByName.get(template)))
    if (!verdicts.get(template)) continue
    const message = `the template ${quote(template)} has no section [Install], so that enabling an instance does nothing`
    const hint = `Add [Install] with WantedBy= to ${quote(template)}, or remove enabled`
    report('template-no-install-section', ['units', index, 'contents'], message, hint)
  }
}

/** A unit. */
export const checkUnit: Rule<types.Unit> = ({ name, contents = '', enabled }, context) => {
  if (!UNIT_EXTENSIONS.includes(extensionOf(name).slice(1))) {
    const message = `${quote(name)} does not end in a type of units`
    context.report('unit-extension-invalid', ['name'], message, `End it in .${UNIT_EXTENSIONS.join(', .')}`)
  }
  const unit = checkContents(contents, context)
  if (unit && enabled && !hasInstallSection(unit)) {
    const message = 'the unit has no section [Install], so that enabling it does nothing'
    context.report('unit-no-install-section', ['contents'], message, INSTALL_HINT)
  }
}

/** A file that changes a unit. */
export const checkDropin: Rule<types.Dropin> = ({ name, contents = '' }, context) => {
  checkContents(contents, context)
  if (extensionOf(name) === '.conf') return
  const message = `the name of the drop-in, ${quote(name)}, does not end in .conf`
  context.report('dropin-extension-invalid', ['name'], message, 'End it in .conf')
}

function checkContents(contents: string, { report }: RuleContext): UnitText | undefined {
  if (contents === '') return undefined
  const unit = parseUnit(contents)
  if (!('problem' in unit)) return unit
  const message = `line ${unit.line} of the text is not what a unit may hold: ${unit.problem}`
  report('unit-contents-invalid', ['contents'], message, 'Correct the text of the unit')
  return undefined
}

function lacksInstallSection(contents = ''): boolean {
  if (contents === '') return false
  const unit = parseUnit(contents)
  return !('problem' in unit) && !hasInstallSection(unit)
}

function hasInstallSection({ options }: UnitText): boolean {
  return options.some(({ section }) => section === 'Install')
}

/** The name of the template that a service is an instance of. */
function templateOf(name: string): string | undefined {
  const at = name.indexOf('@', 1)
  if (at < 0 || !name.endsWith('.service') || name.includes('\n')) return undefined
  return at + 1 < name.length - '.service'.length ? `${name.slice(0, at)}@.service` : undefined
}

/** What stands from the last dot of the last name on, with the dot. */
function extensionOf(path: string): string {
  const dot = path.lastIndexOf('.')
  return dot > path.lastIndexOf('/') ? path.slice(dot) : ''
}
