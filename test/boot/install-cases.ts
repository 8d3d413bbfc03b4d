import { execFile } from 'node:child_process'
import { chmod, mkdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { DiskBootWay } from '../../scripts/boot-lab/machine.ts'
import type { BootCase } from './cases.ts'
import { ABSENT, foundLine, KEYFILE, KEYFILE_NAME, MARKER, markerConfig, sha256, USER_CONFIG } from './configs.ts'
import type { Workbench } from './workbench.ts'

const DISK_SIZE = '2G'
const execute = promisify(execFile)

/** How an image is packed before it is installed. */
const PACKINGS = {
  xz: { suffix: 'xz', command: ['xz', '-0', '-T0', '--block-size=16MiB'] },
  zstd: { suffix: 'zst', command: ['zstd', '-1', '-T0', '--quiet'] },
} as const

const PACK_SCRIPT = 'image="$1" packed="$2"; shift 2; exec "$@" <"$image" >"$packed"'

/** Whether the disk is a file, or a loop device, on which everything goes the way of real disks. */
type Destination = 'file' | 'device'

/** Where the first boot finds the network settings; the lab's systems look into the initramfs first. */
const ON_BOOT_PARTITION = { options: [], from: '/run/lab-boot/coreos-firstboot-network' } as const
const IN_INITRAMFS = { options: ['--network-initramfs'], from: '/etc/coreos-firstboot-network' } as const

interface InstallCase {
  readonly to: Destination
  readonly packing: keyof typeof PACKINGS
  readonly network: typeof ON_BOOT_PARTITION | typeof IN_INITRAMFS
  readonly isQuick?: boolean
}

/** Disks that isokit has installed: the config, the arguments and the keyfiles arrive, and GRUB obeys its new settings. */
export const INSTALL_CASES: readonly BootCase[] = [
  installCase('bios-disk', { to: 'file', packing: 'zstd', network: ON_BOOT_PARTITION, isQuick: true }),
  installCase('uefi-disk', { to: 'device', packing: 'xz', network: IN_INITRAMFS }),
]

function installCase(way: DiskBootWay, { to, packing, network, isQuick = false }: InstallCase): BootCase {
  return {
    name: `install to a ${to}, ${way}`,
    isQuick,
    make: async (bench) => {
      const config = markerConfig()
      const configPath = await bench.file('config.ign', config)
      const networkPath = `${bench.directory}/network`
      await mkdir(networkPath)
      await chmod(await bench.file(`network/${KEYFILE_NAME}`, KEYFILE), 0o600)
      const imagePath = await packImage(bench, packing)
      const diskPath = await install(bench, to, [
        ...['--image-file', imagePath, '--insecure', '--ignition-file', configPath],
        ...['--copy-network', '--network-dir', networkPath, ...network.options],
        ...['--append-karg', 'lab.added=1', '--delete-karg', 'fsck.mode=skip', '--console', 'ttyS0,115200n8'],
        ...['--firstboot-args', 'lab.firstboot=1'],
      ])
      return {
        machine: { way, diskPath },
        expect: [
          foundLine(config),
          MARKER,
          USER_CONFIG,
          `@initrd-keyfile@ ${KEYFILE_NAME} mode=600 sha256=${sha256(KEYFILE)} from=${network.from}`,
          /^@cmdline@ .*ignition\.firstboot lab\.firstboot=1 .* console=ttyS0,115200n8 lab\.added=1$/,
          /^@mount@ \/ \/dev\/vda4 ext4$/,
        ],
        expectNot: [ABSENT, 'fsck.mode=skip'],
      }
    },
  }
}

async function packImage(bench: Workbench, packing: keyof typeof PACKINGS): Promise<string> {
  const { suffix, command } = PACKINGS[packing]
  const path = `${bench.directory}/metal.raw.${suffix}`
  await execute('bash', ['-c', PACK_SCRIPT, 'pack', bench.lab.diskPath, path, ...command])
  return path
}

async function install(bench: Workbench, to: Destination, options: readonly string[]): Promise<string> {
  const diskPath = `${bench.directory}/installed.raw`
  if (to === 'file') {
    await bench.isokit('install', ...options, '--to-file', diskPath, '--size', DISK_SIZE)
    return diskPath
  }
  await execute('truncate', ['--size', DISK_SIZE, diskPath])
  const { stdout } = await execute('losetup', ['--find', '--show', diskPath])
  const device = stdout.trim()
  try {
    await bench.isokit('install', ...options, device)
  } finally {
    await execute('partx', ['--delete', device]).catch(() => {}) // none, if it failed early
    await execute('losetup', ['--detach', device])
  }
  return diskPath
}
