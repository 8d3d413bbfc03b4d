import { encodeUtf8 } from '../../../bytes/index.ts'
import { parseUnit } from '../../../formats/systemd-unit/index.ts'
import type * as types from '../model/types.ts'
import type { Rule, RuleContext } from '../validate/rule.ts'

/** An instance of a template, with the parts of its name. Ignition looks at services itself. */
const INSTANCE = /^([^@]+)@([^@]+)\.(?!service$)([a-z]+)$/

/** Ignition's parser of units fails on lines of this length, though not always. */
const LONG_LINE_BYTE_LENGTH = 2048

/** What is probably not meant about a unit. */
export const adviseUnit: Rule<types.Unit> = ({ contents = '', enabled, mask }, context) => {
  const { report } = context
  adviseText(contents, context)
  if (mask && enabled) {
    const message = 'the unit is masked as well, so that it never starts'
    report('unit-masked', ['enabled'], message, 'Remove mask or enabled')
  } else if (mask && contents !== '') {
    const message = 'the unit is masked, which removes the contents again'
    report('unit-masked', ['contents'], message, 'Remove mask or contents')
  }
}

/** What is probably not meant in a drop-in. */
export const adviseDropin: Rule<types.Dropin> = ({ contents = '' }, context) => adviseText(contents, context)

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

function adviseText(text: string, { report }: RuleContext): void {
  if (text.includes('\r\n')) {
    const message = 'lines end in CR and LF, so that a backslash at the end of a line does not continue it'
    report('unit-line-endings', ['contents'], message, 'Save the text with LF alone')
  }
  const lineIndex = text.split('\n').findIndex(isLong)
  if (lineIndex < 0 || 'problem' in parseUnit(text)) return // where it surely does not, that is an error
  const message = `line ${lineIndex + 1} is ${LONG_LINE_BYTE_LENGTH} bytes or longer, which Ignition does not always take`
  report('unit-line-too-long', ['contents'], message, 'Break the line with a backslash')
}

function isLong(line: string): boolean {
  const mayBeLong = line.length * 3 >= LONG_LINE_BYTE_LENGTH // UTF-8 takes at most three bytes for a unit of UTF-16
  return mayBeLong && encodeUtf8(line).byteLength >= LONG_LINE_BYTE_LENGTH
}
