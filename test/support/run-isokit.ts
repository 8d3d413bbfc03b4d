import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The built command line. */
export const ISOKIT_PATH: string = fileURLToPath(new URL('../../dist/bin/isokit.js', import.meta.url))

/** What one run of the command line came to. */
export interface RunResult {
  readonly exitCode: number | null
  /** The signal that ended it, if one did. */
  readonly signal: NodeJS.Signals | null
  readonly stdout: Uint8Array
  readonly stderr: string
}

/** Options of {@link Shell.run}. */
export interface RunOptions {
  /** What the program reads; nothing unless given. */
  readonly stdin?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
}

/** A run of the command line that is under way. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams
  /** What it has said so far. */
  stderr(): string
  /** Its exit code, or the signal that ended it. */
  readonly closed: Promise<number | NodeJS.Signals | null>
}

/** A folder to run the built command line in. */
export interface Shell extends AsyncDisposable {
  readonly directory: string
  /** The path of a file in the folder. */
  path(name: string): string
  /** Runs isokit, or the program that `createShell` was told to be. */
  run(args: readonly string[], options?: RunOptions): Promise<RunResult>
  /** The same, to be watched and killed on the way. What it reads is up to the caller. */
  start(args: readonly string[], options?: Pick<RunOptions, 'env'>): Running
  /** Runs a bash script in which `$TOOL` is the command line and `set -e` is on. */
  bash(script: string): Promise<RunResult>
}

/** A temporary folder with the command line under a name: `isokit`, or the tool that it stands in for. */
export async function createShell(
  name: 'isokit' | 'coreos-installer' | 'ignition-validate' = 'isokit',
): Promise<Shell> {
  const directory = await mkdtemp(join(tmpdir(), 'isokit-e2e-'))
  const link = join(directory, '.bin', name)
  await mkdir(join(directory, '.bin'))
  await symlink(ISOKIT_PATH, link)
  const spawnIn = (
    program: string,
    args: readonly string[],
    env: RunOptions['env'],
  ): ChildProcessWithoutNullStreams => {
    const child = spawn(program, args, { cwd: directory, env: { ...process.env, ...env } })
    child.stdin.on('error', () => {}) // it need not read what it is given
    return child
  }
  const execute = (program: string, args: readonly string[], { stdin, env }: RunOptions = {}): Promise<RunResult> =>
    new Promise((resolve, reject) => {
      const child = spawnIn(program, args, env)
      const stdout: Buffer[] = []
      const stderr: Buffer[] = []
      child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
      child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
      child.stdin.end(stdin ?? '')
      child.on('error', reject)
      child.on('close', (exitCode, signal) =>
        resolve({
          exitCode,
          signal,
          stdout: new Uint8Array(Buffer.concat(stdout)),
          stderr: Buffer.concat(stderr).toString(),
        }),
      )
    })
  return {
    directory,
    path: (file) => join(directory, file),
    run: (args, options) => execute(process.execPath, [link, ...args], options),
    start(args, { env } = {}) {
      const child = spawnIn(process.execPath, [link, ...args], env)
      let stderr = ''
      child.stderr.on('data', (chunk: Buffer) => {
        stderr += chunk.toString()
      })
      child.stdout.resume()
      const closed = new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
        child.on('error', reject)
        child.on('close', (exitCode, signal) => resolve(exitCode ?? signal))
      })
      return { child, stderr: () => stderr, closed }
    },
    bash: (script) =>
      execute('bash', ['-euo', 'pipefail', '-c', script], { env: { TOOL: `${process.execPath} ${link}` } }),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}
