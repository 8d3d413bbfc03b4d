import { describe, expect, it } from 'vitest'
import { qemuArguments } from '../../../scripts/boot-lab/machine.ts'

describe('qemuArguments', () => {
  it.each([
    { way: 'bios-cd', has: '-cdrom x.iso -boot d', hasNot: 'pflash' },
    { way: 'bios-usb', has: 'usb-ehci', hasNot: 'pflash' },
    { way: 'uefi-cd', has: 'pflash', hasNot: 'usb' },
    { way: 'uefi-usb', has: 'qemu-xhci', hasNot: '-cdrom' },
  ] as const)('boots an image by $way', ({ way, has, hasNot }) => {
    const line = qemuArguments({ way, isoPath: 'x.iso' }).join(' ')
    expect(line).toContain(has)
    expect(line).not.toContain(hasNot)
  })

  it.each([
    { way: 'bios-disk', hasFirmware: false },
    { way: 'uefi-disk', hasFirmware: true },
  ] as const)('boots an installed disk by $way', ({ way, hasFirmware }) => {
    const line = qemuArguments({ way, diskPath: 'disk.raw' }).join(' ')
    expect(line).toContain('snapshot=on,file=disk.raw')
    expect(line.includes('pflash')).toBe(hasFirmware)
  })

  it('boots a kernel with its arguments as one word', () => {
    const words = qemuArguments({ way: 'pxe', kernelPath: 'k', initrdPath: 'i', kargs: 'a b' })
    expect(words.slice(-6)).toEqual(['-kernel', 'k', '-initrd', 'i', '-append', 'a b'])
  })

  it('boots from the network by the firmware of its card', () => {
    const line = qemuArguments({ way: 'network', tftpPath: '/srv', bootFile: 'http://10.0.2.2/a.ipxe' }).join(' ')
    expect(line).toContain('tftp=/srv,bootfile=http://10.0.2.2/a.ipxe')
    expect(line).toContain('-boot n')
    expect(line).not.toContain('romfile=')
  })

  it('has a network card only when it is asked for one', () => {
    const words = (hasNetwork: boolean): string =>
      qemuArguments({ way: 'bios-cd', isoPath: 'x.iso', hasNetwork }).join(' ')
    expect(words(false)).toContain('-nic none')
    expect(words(true)).toContain('virtio-net-pci')
    expect(words(true)).not.toContain('-nic')
  })

  it.each(['bios-usb', 'uefi-usb', 'uefi-cd'] as const)('writes to no file of the lab, by %s', (way) => {
    const drives = qemuArguments({ way, isoPath: 'x.iso' }).filter((word) => word.includes('file='))
    expect(drives.filter((drive) => !/snapshot=on|readonly=on/.test(drive))).toEqual([])
  })
})
