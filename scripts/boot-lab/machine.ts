/** How a machine gets at a live ISO: which firmware it has, and whether the image is a disc or on a stick. */
export type IsoBootWay = 'bios-cd' | 'bios-usb' | 'uefi-cd' | 'uefi-usb'

/** How a machine boots an installed disk. */
export type DiskBootWay = 'bios-disk' | 'uefi-disk'

/**
 * A machine to boot: with a live ISO, with an installed disk, with what a PXE server would have sent, or from the network
 * itself. There the firmware's iPXE asks for a boot file, by TFTP from a folder or by URL.
 */
export type Machine =
  | { readonly way: IsoBootWay; readonly isoPath: string; readonly hasNetwork?: boolean }
  | { readonly way: DiskBootWay; readonly diskPath: string }
  | { readonly way: 'pxe'; readonly kernelPath: string; readonly initrdPath: string; readonly kargs: string }
  | { readonly way: 'network'; readonly tftpPath: string; readonly bootFile: string }

/** The MAC address of every machine's network card. */
export const MAC_ADDRESS = '52:54:00:12:34:56'

const OVMF = '/usr/share/OVMF'
/** Without the ROM from which such a card boots, since that takes time. */
const NETWORK = ['-netdev', 'user,id=net', '-device', 'virtio-net-pci,netdev=net,romfile=']
const NO_NETWORK = ['-nic', 'none']
const USB_CONTROLLERS = { bios: 'usb-ehci', uefi: 'qemu-xhci' } as const

/**
 * The arguments that make QEMU such a machine: emulated, its console on stdio, without network unless it asks for one. There
 * it reaches this host's loopback as 10.0.2.2. No file is written to: what the machine changes is forgotten.
 */
export function qemuArguments(machine: Machine): readonly string[] {
  return [
    // An older processor: emulating the newest one's vector instructions makes a boot a third slower.
    ...['-accel', 'tcg,thread=multi', '-cpu', 'Nehalem', '-smp', '2', '-m', '2048'],
    ...['-nographic', '-no-reboot'],
    ...network(machine),
    ...media(machine),
  ]
}

function network(machine: Machine): readonly string[] {
  if (machine.way === 'network') {
    const { tftpPath, bootFile } = machine
    const device = `virtio-net-pci,netdev=net,mac=${MAC_ADDRESS}`
    return ['-netdev', `user,id=net,tftp=${tftpPath},bootfile=${bootFile}`, '-device', device, '-boot', 'n']
  }
  return 'hasNetwork' in machine && machine.hasNetwork ? NETWORK : NO_NETWORK
}

function media(machine: Machine): readonly string[] {
  if (machine.way === 'network') return []
  if (machine.way === 'pxe') {
    return ['-kernel', machine.kernelPath, '-initrd', machine.initrdPath, '-append', machine.kargs]
  }
  const firmware = machine.way.startsWith('uefi') ? 'uefi' : 'bios'
  return [...(firmware === 'uefi' ? uefi() : []), ...medium(machine, firmware)]
}

function medium(machine: Exclude<Machine, { way: 'pxe' | 'network' }>, firmware: 'bios' | 'uefi'): readonly string[] {
  if ('diskPath' in machine) return [...drive(machine.diskPath), '-device', 'virtio-blk-pci,drive=medium,bootindex=0']
  if (machine.way.endsWith('cd')) return ['-cdrom', machine.isoPath, '-boot', 'd']
  return [
    ...['-device', `${USB_CONTROLLERS[firmware]},id=usb`],
    ...drive(machine.isoPath),
    ...['-device', 'usb-storage,bus=usb.0,drive=medium,removable=on,bootindex=0'],
  ]
}

function drive(path: string): readonly string[] {
  return ['-drive', `if=none,id=medium,format=raw,snapshot=on,file=${path}`]
}

function uefi(): readonly string[] {
  return [
    ...['-drive', `if=pflash,format=raw,unit=0,readonly=on,file=${OVMF}/OVMF_CODE_4M.fd`],
    ...['-drive', `if=pflash,format=raw,unit=1,snapshot=on,file=${OVMF}/OVMF_VARS_4M.fd`],
  ]
}
