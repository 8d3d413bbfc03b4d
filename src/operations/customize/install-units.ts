import type { FilePart, Ignition } from '../../coreos/index.ts'
import type { NamedInput } from './customization.ts'

/** When a program runs: before the installer or after it. */
export type InstallPhase = 'pre-install' | 'post-install'

/** What one program becomes on the live system. */
export interface InstallProgram {
  readonly file: FilePart
  readonly unit: Ignition.Unit
}

interface PhaseUnits {
  readonly title: string
  readonly after: string
  readonly before: string
  readonly requiredBy: string
}

const PHASES: Readonly<Record<InstallPhase, PhaseUnits>> = {
  'pre-install': {
    title: 'Pre-Install Script',
    after: 'coreos-installer-pre.target',
    before: 'coreos-installer.service',
    requiredBy: 'coreos-installer.service',
  },
  'post-install': {
    title: 'Post-Install Script',
    after: 'coreos-installer.service',
    before: 'coreos-installer.target',
    requiredBy: 'coreos-installer.target',
  },
}

const DOCUMENTATION = 'https://coreos.github.io/coreos-installer/customizing-install/'

/** The longest name of a unit, and of a file. */
const MAX_NAME_LENGTH = 255

/**
 * A program with the unit that runs it. The unit starts only if the installer does, and when the program fails, the system
 * neither installs nor reboots.
 */
export function installProgram(phase: InstallPhase, { name, bytes }: NamedInput): InstallProgram {
  const path = `/usr/local/bin/${phase}-${name}`
  const { title, after, before, requiredBy } = PHASES[phase]
  const contents = `# Made by isokit customize

[Unit]
Description=${title} (${name})
Documentation=${DOCUMENTATION}
After=${after}
Before=${before}

[Service]
Type=oneshot
ExecStart=${path}
RemainAfterExit=true
StandardOutput=kmsg+console
StandardError=kmsg+console

[Install]
RequiredBy=${requiredBy}
`
  return {
    file: { path, mode: '0700', contents: bytes },
    unit: { name: `${phase}-${name}.service`, enabled: true, contents },
  }
}

/**
 * Why systemd could not run a program of this name; `undefined` when it can. Names of units have few characters, and of these
 * a backslash means something else in ExecStart, and an at sign makes an instance of a template that isn't there.
 */
export function findScriptNameProblem(phase: InstallPhase, name: string): string | undefined {
  const [character] = /[^A-Za-z0-9:_.-]/u.exec(name) ?? []
  if (character !== undefined) return `the name of a systemd unit cannot be made with ${JSON.stringify(character)}`
  const length = `${phase}-${name}.service`.length
  if (length > MAX_NAME_LENGTH) return `its unit's name would have ${length} characters, more than ${MAX_NAME_LENGTH}`
  return undefined
}

/** Why the kernel could not start a program; `undefined` when nothing is wrong to see. */
export function findProgramProblem(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 256))
  if (head.startsWith('\x7fELF')) return undefined
  if (!head.startsWith('#!')) return 'it starts with neither #! nor an ELF header, so that the kernel does not run it'
  return /^#![^\n]*\r\n/.test(head)
    ? 'its first line ends in CR and LF, so that its interpreter is not found'
    : undefined
}
