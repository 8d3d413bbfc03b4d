import { parseUnit } from '../../../formats/systemd-unit/index.ts'
import type * as types from '../model/types.ts'
import type { Rule } from '../validate/rule.ts'

/** An instance of a template, with the parts of its name. Ignition looks at services itself. */
const INSTANCE = /^([^@]+)@([^@]+)\.(?!service$)([a-z]+)$/

/** What is probably not meant about a unit. */
export const adviseUnit: Rule<types.Unit> = ({ contents = '', enabled, mask }, { report }) => {
  if (mask && enabled) {
    const message = 'the unit is masked as well, so that it never starts'
    report('unit-masked', ['enabled'], message, 'Remove mask or enabled')
  } else if (mask && contents !== '') {
    const message = 'the unit is masked, which removes the contents again'
    report('unit-masked', ['contents'], message, 'Remove mask or contents')
  }
}

/** Instances of timers, sockets and paths whose template says nowhere what starts them. */
export const adviseTemplates: Rule<types.Systemd> = ({ units = [] }, { report }) => {
  const contentsByName = new Map(units.map(({ name, contents = '' }) => [name, contents]))
  for (const [index, { name, enabled, contents = '' }] of units.entries()) {
    const [, prefix, , type] = INSTANCE.exec(name) ?? []
    if (prefix === undefined || !enabled || contents !== '') continue
    const template = `${prefix}@.${type}`
    const text = contentsByName.get(template) ?? ''
    if (text === '') continue
    const unit = parseUnit(text)
    if ('problem' in unit || unit.options.some(({ section }) => section === 'Install')) continue
    const message = `${template} has no section [Install], so that enabling an instance of it does nothing`
    report('instance-no-install-section', ['units', index, 'enabled'], message, `Add [Install] to ${template}`)
  }
}
