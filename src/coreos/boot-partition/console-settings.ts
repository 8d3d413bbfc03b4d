import { ImageError } from '../../errors.ts'
import type { ConsoleSpec } from '../installer-config/index.ts'

const START = '# CONSOLE-SETTINGS-START\n'
const END = '# CONSOLE-SETTINGS-END\n'
const PARITIES = { n: 'no', o: 'odd', e: 'even' } as const

/** The GRUB commands that set up consoles. */
export function grubConsoleCommands(consoles: readonly ConsoleSpec[]): readonly string[] {
  const serial = consoles.flatMap((spec) => {
    if (spec.kind === 'graphical') return []
    const unit = spec.device.replace(/^\D+/, '')
    return [`serial --unit=${unit} --speed=${spec.speed} --word=${spec.dataBits} --parity=${PARITIES[spec.parity]}`]
  })
  const terminals = new Set(consoles.map(({ kind }) => (kind === 'serial' ? 'serial' : 'console')))
  const list = [...terminals].sort().join(' ')
  return [...serial, `terminal_input ${list}`, `terminal_output ${list}`]
}

/**
 * Replaces what a GRUB config has between the marks for the console's settings. The first mark is not the file's first line,
 * and the last end mark counts.
 *
 * @param where what the text is and where it stands, for the message.
 * @throws {ImageError} `BOOT_FILES_INVALID` when a mark is missing.
 */
export function replaceConsoleSettings(text: string, commands: readonly string[], where: string): string {
  const start = text.indexOf(`\n${START}`)
  const contentsStart = start + 1 + START.length
  const end = text.lastIndexOf(`\n${END}`)
  if (start < 0 || end < contentsStart - 1) {
    throw new ImageError(
      'BOOT_FILES_INVALID',
      `${where} has no lines ${START.trim()} and ${END.trim()}, between which the console is set up`,
      { hint: 'Use a newer image, or set the console by kernel arguments' },
    )
  }
  const lines = commands.map((command) => `${command}\n`).join('')
  return text.slice(0, contentsStart) + lines + text.slice(end + 1)
}
