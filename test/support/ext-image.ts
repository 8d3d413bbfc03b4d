import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryDirectory } from './temporary-directory.ts'

/** What {@link makeExtImage} runs, for `needs()`. */
export const EXT_IMAGE_NEEDS: readonly string[] = ['/usr/sbin/mke2fs']

/** Bytes of a block. */
export const EXT_BLOCK_BYTE_LENGTH = 1024

/** A small boot filesystem in memory, and where its parts are. */
export interface ExtImage {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Offsets of the inodes of the first block group, from the first on. */
  readonly inodes: { readonly offset: number; readonly byteLength: number; readonly count: number }
}

const TEXTS: Readonly<Record<string, string>> = {
  'loader/entries/ostree-1-lab.conf':
    'title Lab\ninitrd /ostree/lab/initramfs.img\noptions root=LABEL=root ignition.platform.id=metal\n',
  'ostree/lab/initramfs.img': 'initramfs '.repeat(500),
  'grub2/grub.cfg': `# CONSOLE-SETTINGS-START\n# CONSOLE-SETTINGS-END\n${'# padding\n'.repeat(1000)}`,
  'ignition.firstboot': '',
}

/** A boot filesystem of 3 MiB with the files that an installation changes, in one block group, without checksums. */
export async function makeExtImage(type: 'ext2' | 'ext4'): Promise<ExtImage> {
  await using directory = await temporaryDirectory()
  const root = join(directory.path, 'root')
  for (const [path, text] of Object.entries(TEXTS)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  const path = join(directory.path, 'boot.fs')
  const features = type === 'ext4' ? ['-O', '^metadata_csum', '-J', 'size=1'] : []
  const options = ['-q', '-t', type, '-L', 'boot', '-b', String(EXT_BLOCK_BYTE_LENGTH), ...features]
  await promisify(execFile)('/usr/sbin/mke2fs', [...options, '-d', root, path, '3M'])
  const bytes = new Uint8Array(await readFile(path))
  const fields = new DataView(bytes.buffer)
  const inodeTable = fields.getUint32(2 * EXT_BLOCK_BYTE_LENGTH + 8, true) * EXT_BLOCK_BYTE_LENGTH
  const [count, byteLength] = [fields.getUint32(1024 + 0x28, true), fields.getUint16(1024 + 0x58, true)]
  return { bytes, inodes: { offset: inodeTable, byteLength, count } }
}

/** Leads whoever reads the root directory of an ext2 filesystem to its first block, 16 million times. */
export function leadInCircles({ bytes, inodes }: ExtImage): void {
  const fields = new DataView(bytes.buffer)
  const pointers = inodes.offset + inodes.byteLength + 40
  const pointersPerBlock = EXT_BLOCK_BYTE_LENGTH / 4
  const blockCount = bytes.byteLength / EXT_BLOCK_BYTE_LENGTH
  const [first, second, third] = [blockCount - 1, blockCount - 2, blockCount - 3] // free ones
  const fill = (block: number, value: number): void => {
    for (let index = 0; index < pointersPerBlock; index++) {
      fields.setUint32(block * EXT_BLOCK_BYTE_LENGTH + 4 * index, value, true)
    }
  }
  fill(first, second)
  fill(second, third)
  fill(third, fields.getUint32(pointers, true))
  fields.setUint32(pointers + 4 * 14, first, true) // triple indirect
}
