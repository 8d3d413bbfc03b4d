import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** What Linux says about devices in its files. Tests hand in a tree of their own. */
export interface SystemFiles {
  /** Text of a file such as `/sys/block/sda/size`, without the newline at its end; `undefined` when there is none. */
  read(path: string): Promise<string | undefined>
  /** Names in a directory, in order; none when there is no such directory. */
  list(path: string): Promise<readonly string[]>
  /** Where a symbolic link leads, as it says; `undefined` when there is none. */
  follow(path: string): Promise<string | undefined>
}

/** The files below `root`. */
export function systemFiles(root = '/'): SystemFiles {
  return {
    read: (path) =>
      readFile(join(root, path), 'utf8').then(
        (text) => text.trimEnd(),
        () => undefined,
      ),
    list: (path) =>
      readdir(join(root, path)).then(
        (names) => names.sort(),
        () => [],
      ),
    follow: (path) => readlink(join(root, path)).catch(() => undefined),
  }
}

/** What the kernel calls the block device of that number, such as `sda1`; `undefined` when it has none. */
export async function readKernelName(files: SystemFiles, deviceNumber: string): Promise<string | undefined> {
  const link = await files.follow(`/sys/dev/block/${deviceNumber}`)
  return link === undefined ? undefined : basename(link)
}

/** Where the device of that kernel name is found. What is a slash there is an exclamation mark in the name. */
export function devicePathOf(kernelName: string): string {
  return `/dev/${kernelName.replaceAll('!', '/')}`
}

/** What the kernel calls the device at a path right below `/dev`; the reverse of {@link devicePathOf}. */
export function kernelNameAt(devicePath: string): string | undefined {
  return devicePath.startsWith('/dev/') ? devicePath.slice('/dev/'.length).replaceAll('/', '!') : undefined
}

/** A path as it is in the tables of `/proc`, where spaces and the like are written as octal numbers. */
export function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}

/** Major and minor as `8:0`, from the number that `stat` gives. */
export function formatDeviceNumber(packed: bigint): string {
  // Linux packs them into 64 bits with the later, wider halves outside the older, narrower ones.
  const major = ((packed >> 8n) & 0xfffn) | ((packed >> 32n) & 0xfffff000n)
  const minor = (packed & 0xffn) | ((packed >> 12n) & 0xffffff00n)
  return `${major}:${minor}`
}
