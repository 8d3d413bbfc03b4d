import type { Command } from '../../command.ts'
import { renamedCommand } from '../../renamed-command.ts'
import { command as show } from './ignition/show.ts'

/** `isokit iso show`: what `iso ignition show` was called before coreos-installer 0.8. */
export const command: Command = renamedCommand(show, { from: 'iso show', to: 'iso ignition show' })
