import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { constants, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import type { Lab } from '../../scripts/boot-lab/lab.ts'
import type { DiskBootWay, IsoBootWay, Machine } from '../../scripts/boot-lab/machine.ts'
import { chunks } from '../../src/bytes/index.ts'
import { findIsoEntry, isoFileSource, readIso9660 } from '../../src/formats/iso9660/index.ts'
import { openFile } from '../../src/node/index.ts'
import { createShell, type Shell } from '../support/run-isokit.ts'

/** What the live system has on its command line in a PXE boot, apart from what a config asks for. */
export const PXE_KARGS = 'console=ttyS0 quiet mitigations=off tsc=reliable clocksource=tsc'

/** What a PXE boot with an Ignition config needs on the command line. */
export const IGNITION_KARGS = 'ignition.firstboot ignition.platform.id=metal'

/** ISOLINUX as Debian has it: the program, its modules for a menu, and the boot code for disks. */
const ISOLINUX_PATHS: readonly string[] = [
  ...['isolinux.bin', 'isohdpfx.bin'].map((name) => `/usr/lib/ISOLINUX/${name}`),
  ...['ldlinux.c32', 'libcom32.c32', 'libutil.c32', 'vesamenu.c32'].map(
    (name) => `/usr/lib/syslinux/modules/bios/${name}`,
  ),
]

const BOOT_PARTITION_OFFSET = 18 * 1_048_576
const execute = promisify(execFile)

/** A folder in which a case makes what it boots, with the built command line as its tool. */
export interface Workbench extends AsyncDisposable {
  readonly lab: Lab
  readonly directory: string
  /** Where the copy of the lab's ISO is, once {@link iso} has made one. */
  readonly isoPath: string
  /** Runs isokit, wants success, and gives what it said on stdout. */
  isokit(...args: readonly string[]): Promise<string>
  /** Runs isokit, wants it to refuse, and gives what it said on stderr. */
  refusal(...args: readonly string[]): Promise<string>
  /** Writes an input file and gives its path. */
  file(name: string, content: string | Uint8Array): Promise<string>
  /** A copy of the lab's ISO, with each command run on it: the words of the command, then its options. */
  iso(way: IsoBootWay, ...commands: readonly (readonly string[])[]): Promise<Machine>
  /**
   * A live ISO that isokit built from the lab's files, Debian's ISOLINUX and the EFI image of the lab's ISO, with each command
   * run on it.
   */
  builtIso(way: IsoBootWay, ...commands: readonly (readonly string[])[]): Promise<Machine>
  /** A copy of the lab's disk image, with files written to its boot partition by Debian's tools. */
  disk(way: DiskBootWay, files: readonly DiskFile[]): Promise<Machine>
  /** Wants the copy to be the lab's ISO again, byte for byte. */
  expectPristine(): Promise<void>
  /**
   * The minimal image from a copy of the lab's ISO into which it was packed, with each command run on it. Its rootfs is
   * served by HTTP.
   */
  minimalIso(way: IsoBootWay, ...commands: readonly (readonly string[])[]): Promise<MinimalIsoBench>
  /**
   * A folder that is served, by TFTP and by HTTP, with the address at which machines find it; and the machine that boots a
   * file of it, by its path for TFTP or by URL.
   */
  serve(): Promise<{ readonly path: string; readonly url: string; boot(file: string): Machine }>
  /** GRUB for BIOS in a folder that is served by TFTP, made to go on with a config file. Gives its own path for TFTP. */
  grub(tftpPath: string, config: string): Promise<string>
  /** The lab's kernel, with its initramfs and rootfs followed by more initrds. */
  pxe(kargs: string, ...initrdPaths: readonly string[]): Promise<Machine>
}

/** A minimal image with its rootfs. */
export interface MinimalIsoBench {
  readonly machine: Machine
  readonly rootfsSha256: string
  /** Where the machine finds the rootfs. */
  readonly rootfsUrl: string
}

/** A file in a folder of the boot partition that isn't there yet. */
export interface DiskFile {
  readonly folder: string
  readonly name: string
  readonly content: string
}

/** A workbench in a temporary folder, which goes away with it. */
export async function createWorkbench(lab: Lab): Promise<Workbench> {
  const shell = await createShell()
  const isoPath = shell.path('lab.iso')
  let server: Server | undefined
  const isokit = async (...args: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await shell.run(args)
    if (exitCode !== 0) throw new Error(`isokit ${args.join(' ')} ended with exit code ${exitCode}: ${stderr}`)
    return Buffer.from(stdout).toString()
  }
  return {
    lab,
    directory: shell.directory,
    isoPath,
    isokit,
    refusal: async (...args) => {
      const { exitCode, stderr } = await shell.run(args)
      if (exitCode !== 1) throw new Error(`isokit ${args.join(' ')} should have refused, but ended with ${exitCode}`)
      return stderr
    },
    file: async (name, content) => {
      await writeFile(shell.path(name), content)
      return shell.path(name)
    },
    iso: async (way, ...commands) => {
      await copyFile(lab.isoPath, isoPath, constants.COPYFILE_FICLONE)
      for (const command of commands) await isokit(...command, isoPath)
      return { way, isoPath }
    },
    builtIso: async (way, ...commands) => {
      const [builtPath, isolinuxPath, efiPath] = [shell.path('built.iso'), shell.path('bios'), shell.path('efi.img')]
      await mkdir(isolinuxPath)
      for (const path of ISOLINUX_PATHS) await copyFile(path, join(isolinuxPath, basename(path)))
      const volumeId = await extractEfiImage(lab.isoPath, efiPath)
      const files = ['--kernel', lab.kernelPath, '--initramfs', lab.initrdPath, '--rootfs', lab.rootfsPath]
      const loaders = ['--efi-image', efiPath, '--isolinux', isolinuxPath, '--volume-id', volumeId]
      const kargs = PXE_KARGS.split(' ').flatMap((karg) => ['--karg', karg])
      await isokit('iso', 'build', ...files, ...loaders, ...kargs, '-o', builtPath)
      for (const command of commands) await isokit(...command, builtPath)
      return { way, isoPath: builtPath }
    },
    disk: async (way, files) => {
      const diskPath = shell.path('disk.raw')
      const commands: string[] = []
      for (const { folder, name, content } of files) {
        await writeFile(shell.path(name), content)
        commands.push(`mkdir /${folder}`, `write ${name} /${folder}/${name}`)
      }
      await writeFile(shell.path('debugfs.txt'), commands.join('\n'))
      await execute('cp', ['--sparse=always', lab.diskPath, diskPath])
      await execute('debugfs', ['-w', '-f', 'debugfs.txt', `${diskPath}?offset=${BOOT_PARTITION_OFFSET}`], {
        cwd: shell.directory,
      })
      return { way, diskPath }
    },
    expectPristine: async () => {
      const [copy, original] = await Promise.all([isoPath, lab.isoPath].map(digest))
      if (copy !== original) throw new Error(`The image is not what was published: ${copy} in place of ${original}`)
    },
    minimalIso: async (way, ...commands) => {
      const [minimalIsoPath, rootfsPath] = [shell.path('minimal.iso'), shell.path('rootfs.img')]
      server = await serveFiles(() => rootfsPath)
      const rootfsUrl = `${urlOf(server)}/rootfs.img`
      await copyFile(lab.isoPath, isoPath, constants.COPYFILE_FICLONE)
      await isokit('pack', 'minimal-iso', isoPath, lab.minimalIsoPath)
      const outputs = ['--rootfs-url', rootfsUrl, '--output-rootfs', rootfsPath, isoPath, minimalIsoPath]
      await isokit('iso', 'extract', 'minimal-iso', ...outputs)
      for (const command of commands) await isokit(...command, minimalIsoPath)
      const machine = { way, isoPath: minimalIsoPath, hasNetwork: true }
      return { machine, rootfsSha256: await digest(rootfsPath), rootfsUrl }
    },
    serve: async () => {
      const path = shell.path('served')
      await mkdir(path)
      server = await serveFiles((url) => join(path, decodeURIComponent(url)))
      const url = urlOf(server)
      return { path, url, boot: (bootFile) => ({ way: 'network', tftpPath: path, bootFile }) }
    },
    grub: async (tftpPath, config) => {
      const subdirectory = '/boot/grub'
      const folders = [`--net-directory=${tftpPath}`, `--subdir=${subdirectory}`]
      await execute('grub-mknetdir', [...folders, '-d', '/usr/lib/grub/i386-pc'])
      await writeFile(`${tftpPath}${subdirectory}/grub.cfg`, `configfile ${config}\n`)
      return `${subdirectory.slice(1)}/i386-pc/core.0`
    },
    pxe: (kargs, ...initrdPaths) => pxeMachine({ lab, shell, kargs, initrdPaths }),
    [Symbol.asyncDispose]: async () => {
      server?.close()
      server?.closeAllConnections()
      await shell[Symbol.asyncDispose]()
    },
  }
}

/** Writes the EFI image of an ISO to a new file, and gives the volume id, which it names. */
async function extractEfiImage(isoPath: string, outputPath: string): Promise<string> {
  await using source = await openFile(isoPath)
  const iso = await readIso9660(source)
  const entry = await findIsoEntry(iso, 'IMAGES/EFIBOOT.IMG')
  if (!entry) throw new Error(`${isoPath} has no EFI image`)
  await writeFile(outputPath, chunks(isoFileSource(iso, entry)))
  return iso.primary.volumeId
}

/** Where a machine finds a server on this host. */
function urlOf(server: Server): string {
  return `http://10.0.2.2:${(server.address() as AddressInfo).port}`
}

/** Answers requests with files, on a free port of the loopback. */
async function serveFiles(pathOf: (url: string) => string): Promise<Server> {
  const server = createServer((request, response) => {
    createReadStream(pathOf(request.url ?? '/'))
      .on('error', () => response.writeHead(404).end())
      .pipe(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

interface PxeParts {
  readonly lab: Lab
  readonly shell: Shell
  readonly kargs: string
  readonly initrdPaths: readonly string[]
}

async function pxeMachine({ lab, shell, kargs, initrdPaths }: PxeParts): Promise<Machine> {
  const initrdPath = shell.path('all-initrds.img')
  for (const path of [lab.initrdPath, lab.rootfsPath, ...initrdPaths]) {
    await pipeline(createReadStream(path), createWriteStream(initrdPath, { flags: 'a' }))
  }
  return { way: 'pxe', kernelPath: lab.kernelPath, initrdPath, kargs: `${PXE_KARGS} ${kargs}` }
}
