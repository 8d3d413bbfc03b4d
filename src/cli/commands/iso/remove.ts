import type { Command } from '../../command.ts'
import { renamedCommand } from '../../renamed-command.ts'
import { command as remove } from './ignition/remove.ts'

/** `isokit iso remove`: what `iso ignition remove` was called before coreos-installer 0.8. */
export const command: Command = renamedCommand(remove, { from: 'iso remove', to: 'iso ignition remove' })
