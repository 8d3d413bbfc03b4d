import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { IoError } from '../../errors.ts'
import { systemErrorCode } from '../system-error.ts'

/** What to mount, and where. */
export interface MountRequest {
  /** A block device or a file. */
  readonly devicePath: string
  /** A directory, without symbolic links on the way. Others go on seeing what it has. */
  readonly directory: string
  readonly type: string
  readonly options: readonly string[]
}

/** A process that keeps something mounted where nobody else sees it. */
export interface MountHolder {
  /** The directory as the holder sees it. */
  readonly directory: string
  /**
   * Unmounts, which writes what is left to be written.
   *
   * @throws {IoError} `IO_FAILED` when that failed, or the process has ended before.
   */
  unmount(): Promise<void>
}

/**
 * Mounts, and waits until nobody holds its standard input any more, also because they were killed. It is deaf to signals of
 * the terminal, since it has to unmount in its own time. When it is killed itself, the kernel takes the mount away with it.
 */
const SCRIPT = `
trap '' HUP INT TERM
mount -t "$3" -o "$4" -- "$1" "$2" || exit 1
echo mounted
while read -r _; do :; done
for _ in 1 2 3 4 5 6 7 8 9 10; do
  problem="$(umount -- "$2" 2>&1)" && exit 0
  sleep 0.2
done
echo "$problem" >&2
exit 2
`

/**
 * Mounts in a mount namespace of its own. Needs root, Linux, and the programs unshare and mount.
 *
 * @throws {IoError} `PERMISSION_DENIED` without root; `IO_FAILED` with what the programs say.
 */
export async function holdMount(request: MountRequest, what: string): Promise<MountHolder> {
  const { devicePath, directory, type, options } = request
  const script = ['sh', '-c', SCRIPT, 'sh', devicePath, directory, type, options.join(',')]
  const child = spawn('unshare', ['--mount', '--propagation', 'private', '--', ...script], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true, // a Ctrl-C of the terminal is for the process that asks for things in their order
    env: { LC_ALL: 'C', PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/bin:/sbin:/bin` },
  })
  child.stdin.on('error', () => {}) // its end is seen by its exit
  const output = collect(child)
  const ended = waitForEnd(child)
  const isMounted = await Promise.race([once(child.stdout, 'data').then(() => true), ended.then(() => false)])
  if (!isMounted) throw cannotMount(what, (await ended).error, output())
  return {
    directory: `/proc/${child.pid}/root${directory}`,
    async unmount() {
      const isEnded = child.exitCode !== null || child.signalCode !== null
      child.stdin.end()
      const { code, signal } = await ended
      if (!isEnded && code === 0) return
      const reason =
        signal === null ? output() || `exit status ${code}` : `the process that held it was ended by ${signal}`
      throw new IoError('IO_FAILED', `Cannot unmount ${what}: ${reason}`, { hint: 'Check the disk, and try again' })
    },
  }
}

type Holder = ChildProcessByStdio<Writable, Readable, Readable>

interface End {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Why it could not be started. */
  readonly error?: unknown
}

function waitForEnd(child: Holder): Promise<End> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error }))
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
}

/** What it says about failures, on one line. */
function collect({ stderr }: Holder): () => string {
  let text = ''
  stderr.setEncoding('utf8')
  stderr.on('data', (piece: string) => {
    text = (text + piece).slice(-2000)
  })
  return () => text.trim().replaceAll(/\s*\n\s*/g, '; ')
}

function cannotMount(what: string, cause: unknown, output: string): IoError {
  if (systemErrorCode(cause) === 'ENOENT') {
    const hint = 'Install the package util-linux'
    return new IoError('IO_FAILED', `Cannot mount ${what}: there is no program unshare`, { hint, cause })
  }
  if (process.getuid?.() !== 0) {
    const hint = 'Run isokit as root'
    return new IoError('PERMISSION_DENIED', `Cannot mount ${what}: ${output || String(cause)}`, { hint })
  }
  const hint = /loop device/.test(output)
    ? 'Check that the device is there and that the kernel has loop devices (modprobe loop), or install to a file'
    : 'Check that the kernel knows the filesystem, and that the image is sound'
  return new IoError('IO_FAILED', `Cannot mount ${what}: ${output || String(cause)}`, { hint })
}
