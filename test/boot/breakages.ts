import { execFile } from 'node:child_process'
import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Lab } from '../../scripts/boot-lab/lab.ts'
import { type KargsArea, readLiveIso } from '../../src/index.ts'
import { openFile } from '../../src/node/index.ts'

/** A mistake that isokit could make, made on purpose behind its back: does the lab notice? */
export interface Breakage {
  readonly name: string
  /** The case that has to fail. */
  readonly caseName: string
  /** Changes the case's finished image. */
  readonly breakImage: (isoPath: string, lab: Lab) => Promise<void>
  /** What the failed case must complain about. */
  readonly fault: RegExp
  /** How the broken boot ends; `done` unless given. */
  readonly ending?: 'gave up'
}

/** The mistakes that the lab is held to notice. */
export const BREAKAGES: readonly Breakage[] = [
  {
    name: 'xz with CRC-64, which the kernel does not know',
    caseName: 'iso ignition embed, bios-cd',
    breakImage: (isoPath) => rewriteEmbedArea(isoPath, 'xz --decompress | xz --check=crc64'),
    fault: /never said @initrd-config@/,
  },
  {
    name: 'a keyfile without its parent folders in the archive',
    caseName: 'iso network embed',
    breakImage: (isoPath) => rewriteEmbedArea(isoPath, WITHOUT_FOLDERS),
    fault: /never said @initrd-keyfile@/,
  },
  ...(['EFI/fedora/grub.cfg', 'isolinux/isolinux.cfg'] as const).map((path) => ({
    name: `kernel arguments edited everywhere but in ${path}`,
    caseName: `iso kargs modify, ${path.startsWith('EFI') ? 'uefi' : 'bios'}-cd`,
    breakImage: (isoPath: string, lab: Lab) => restoreKargArea(isoPath, lab, path),
    fault: /never said .*lab\\\.added/,
  })),
  {
    name: 'a minimal image whose arguments still name the medium',
    caseName: 'iso extract minimal-iso, bios-cd',
    breakImage: (isoPath, lab) => restoreKargArea(isoPath, lab, 'isolinux/isolinux.cfg'),
    fault: /never said @initrd-rootfs@/,
    ending: 'gave up',
  },
]

/** Unpacks the area's archive and packs its files again, and only its files. */
const WITHOUT_FOLDERS = `
  folder="$(mktemp --directory)"; trap 'rm -rf "$folder"' EXIT; cd "$folder"
  xz --decompress | cpio --quiet --extract --make-directories
  find . -type f -printf '%P\\n' | cpio --quiet --create --format=newc --owner=0:0 | xz --check=crc32`

/** Sends the archive in the embed area through a shell script. */
async function rewriteEmbedArea(isoPath: string, script: string): Promise<void> {
  const { embedArea } = await areasOf(isoPath)
  const filter = `dd if="$0" iflag=skip_bytes,count_bytes skip=${embedArea.offset} count=${embedArea.byteLength} status=none |
    (${script})`
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', filter, isoPath], {
    encoding: 'buffer',
    maxBuffer: embedArea.byteLength,
  })
  const area = new Uint8Array(embedArea.byteLength)
  area.set(stdout)
  await writeAt(isoPath, embedArea.offset, area)
}

/** Gives one area for kernel arguments its published content back. */
async function restoreKargArea(isoPath: string, lab: Lab, path: string): Promise<void> {
  const [area, published] = await Promise.all([isoPath, lab.isoPath].map((iso) => kargAreaOf(iso, path)))
  if (area === undefined || published === undefined) throw new Error(`There are no kernel arguments in ${path}`)
  await using source = await openFile(lab.isoPath)
  await writeAt(isoPath, area.offset, await source.read(published.offset, published.byteLength))
}

async function kargAreaOf(isoPath: string, path: string): Promise<KargsArea | undefined> {
  return (await areasOf(isoPath)).kargs?.areas.find((candidate) => candidate.path === path)
}

async function areasOf(isoPath: string): ReturnType<typeof readLiveIso> {
  await using source = await openFile(isoPath)
  return await readLiveIso(source)
}

async function writeAt(path: string, offset: number, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.write(bytes, 0, bytes.byteLength, offset)
  } finally {
    await file.close()
  }
}
