import { execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const BUILD_SCRIPT = fileURLToPath(new URL('./build.sh', import.meta.url))

/** Where the lab keeps what it builds, and its logs: `.cache/boot-lab`, or `BOOT_LAB_CACHE`. */
export const LAB_CACHE: string =
  process.env['BOOT_LAB_CACHE'] ?? fileURLToPath(new URL('../../.cache/boot-lab', import.meta.url))

/** The files of the lab's live system, as a release would publish them. */
export interface Lab {
  /** The live ISO, never edited. */
  readonly isoPath: string
  /** What its build would pack into it: the same without the rootfs. */
  readonly minimalIsoPath: string
  readonly kernelPath: string
  readonly initrdPath: string
  readonly rootfsPath: string
  /** The disk image that an installer writes, uncompressed and sparse; its boot partition begins at 18 MiB. */
  readonly diskPath: string
}

/** What this machine lacks to build and boot the lab, as words for people; empty where it can. */
export async function findMissingNeeds(): Promise<readonly string[]> {
  if (process.platform !== 'linux') return ['Linux']
  const { stdout } = await promisify(execFile)(BUILD_SCRIPT, ['--check'])
  return stdout.split('\n').filter((line) => line !== '')
}

/** Builds the lab, or finds it built from the same inputs. Progress goes to this process's stderr. */
export async function openLab(): Promise<Lab> {
  const directory = await new Promise<string>((resolve, reject) => {
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', BUILD_SCRIPT], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.on('error', reject)
    child.on('close', (exitCode) =>
      exitCode === 0 ? resolve(output.trim()) : reject(new Error(`Cannot build the boot lab (exit code ${exitCode})`)),
    )
  })
  return {
    isoPath: join(directory, 'lab.iso'),
    minimalIsoPath: join(directory, 'minimal.iso'),
    kernelPath: join(directory, 'vmlinuz'),
    initrdPath: join(directory, 'initrd.img'),
    rootfsPath: join(directory, 'rootfs.img'),
    diskPath: join(directory, 'metal.raw'),
  }
}
