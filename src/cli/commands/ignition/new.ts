import { type BuiltIgnition, buildIgnition, formatProblem, SPEC_VERSIONS } from '../../../coreos/index.ts'
import { UsageError } from '../../../errors.ts'
import { encodeGzip as gzip } from '../../../node/index.ts'
import { type Command, defineCommand } from '../../command.ts'
import type { CommandContext } from '../../context.ts'
import { IGNITION_TARGET_OPTIONS, presentIgnition, writeIgnition } from '../../ignition/write-ignition.ts'
import { parseDropinMapping, parseFileMapping } from '../../ignition-parts/file-mapping.ts'
import { parseHostname } from '../../ignition-parts/hostname.ts'
import { isEmptyRequest, readParts } from '../../ignition-parts/read-parts.ts'

/** Images of any age that can be customized take configs up to this version. */
const WIDELY_KNOWN_VERSION = '3.3.0'

/** `isokit ignition new` */
export const command: Command = defineCommand({
  summary: 'Make an Ignition config from files, keys and settings',
  description:
    'The config has the lowest spec version that will do, each file in its shortest encoding, and has been validated. The same line always makes the same config.\n\nFiles of these paths that the target has already are replaced. Units are enabled if they have a section [Install].',
  examples: [
    {
      summary: 'A machine with a name and a login',
      line: 'ignition new --hostname node1 --ssh-key-file id.pub -o node1.ign',
    },
    { summary: 'A file and a service', line: 'ignition new --file app.conf:/etc/app.conf:0600 --unit app.service' },
  ],
  arguments: {},
  options: {
    hostname: { type: 'string', valueName: '<name>', parse: parseHostname, summary: 'Name of the machine' },
    sshKey: { type: 'list', valueName: '<key>', summary: 'SSH public key that may log in' },
    sshKeyFile: {
      type: 'list',
      valueName: '<path>',
      summary: 'File with SSH public keys, one a line',
      description: 'Empty lines and lines that start with # are passed over.',
    },
    passwordHashFile: {
      type: 'string',
      valueName: '<path>',
      summary: 'File with the hash of a password, as mkpasswd prints it',
    },
    user: { type: 'string', valueName: '<name>', summary: 'User of keys and password [default: core]' },
    file: {
      type: 'list',
      valueName: '<LOCAL:REMOTE[:MODE]>',
      completes: 'file',
      parse: parseFileMapping,
      summary: 'File to write on the target; the mode is octal',
    },
    unit: { type: 'list', valueName: '<path>', summary: 'systemd unit; its name is that of the file' },
    dropin: {
      type: 'list',
      valueName: '<FILE:UNIT>',
      completes: 'file',
      parse: parseDropinMapping,
      summary: 'Drop-in for a unit; its name is that of the file',
    },
    karg: { type: 'list', valueName: '<KARG>', summary: 'Kernel argument that the installed system must have' },
    ca: { type: 'list', valueName: '<path>', summary: 'Certificates in PEM to trust when Ignition fetches files' },
    spec: {
      type: 'choice',
      choices: SPEC_VERSIONS,
      valueName: '<version>',
      summary: 'Spec version, the lowest that will do unless given',
    },
    ...IGNITION_TARGET_OPTIONS,
  },
  async run({ spec, compact, output, overwrite, ...request }, context) {
    if (isEmptyRequest(request)) throw nothingGiven()
    return writeIgnition({ output, overwrite, compact }, context, async () => {
      const parts = await readParts(request, context)
      const built = await buildIgnition(parts, { gzip, version: spec, signal: context.signal })
      tellNotes(built, context)
      if (spec === undefined) tellNewVersion(built, context)
      return built.config
    })
  },
  present: presentIgnition,
})

function nothingGiven(): UsageError {
  return new UsageError('COMMAND_LINE_INVALID', 'Nothing is given that could go into an Ignition config', {
    hint: 'Give --hostname, --ssh-key-file, --file, --unit or another of the options in --help',
  })
}

function tellNotes({ config, notes }: BuiltIgnition, { note, warn }: CommandContext): void {
  for (const { severity, hint, ...problem } of notes) {
    const text = `${formatProblem(problem, config)}${hint === undefined ? '' : `. ${hint}`}`
    if (severity === 'warning') warn(text)
    else note(text)
  }
}

function tellNewVersion({ config }: BuiltIgnition, { note }: CommandContext): void {
  const { version } = config.ignition
  if (SPEC_VERSIONS.indexOf(version) <= SPEC_VERSIONS.indexOf(WIDELY_KNOWN_VERSION)) return
  note(`The config needs spec ${version}, which images from before it do not take`)
}
