import type { Expectations } from '../../scripts/boot-lab/judge-boot.ts'
import { type IsoBootWay, MAC_ADDRESS, type Machine } from '../../scripts/boot-lab/machine.ts'
import {
  ABSENT,
  configOfArchiveSize,
  fileLine,
  foundLine,
  KEYFILE,
  KEYFILE_NAME,
  MARKER,
  markerConfig,
  noise,
  patchwork,
  sha256,
  USER_CONFIG,
} from './configs.ts'
import { INSTALL_CASES } from './install-cases.ts'
import { IGNITION_KARGS, type Workbench } from './workbench.ts'

/** One boot: what to make, what to boot it in, and what to hear. */
export interface BootCase {
  readonly name: string
  /** Whether CI runs it. The others run with `--all`. */
  readonly isQuick?: boolean
  /** Makes the image with isokit, and says which machine boots it and what it must say then. */
  readonly make: (bench: Workbench) => Promise<Expectations & { readonly machine: Machine }>
}

const EMBED_AREA_BYTE_LENGTH = 262_144
const NO_USER_CONFIG = '"userConfigProvided": false'

const KEYFILE_LINES = [
  `@initrd-keyfile@ ${KEYFILE_NAME} mode=600 sha256=${sha256(KEYFILE)}`,
  `@keyfile@ ${KEYFILE_NAME} mode=600 ${sha256(KEYFILE)}`,
]

const KARGS_EDIT = ['--append', 'lab.added=1', '--delete', 'lab.published=1', '--replace', 'lab.state=old=new']
const KARGS_LINE = /^@cmdline@ .* clocksource=tsc lab\.state=new .* lab\.added=1$/
const PUBLISHED_KARGS_LINE = /^@cmdline@ .* lab\.published=1 lab\.state=old .* ignition\.platform\.id=metal$/

function ignitionCase(way: 'bios-cd' | 'uefi-cd' | 'uefi-usb', isQuick = false): BootCase {
  return {
    name: `iso ignition embed, ${way}`,
    isQuick,
    make: async (bench) => {
      const config = markerConfig()
      const path = await bench.file('config.ign', config)
      return {
        machine: await bench.iso(way, ['iso', 'ignition', 'embed', '--ignition-file', path]),
        expect: [foundLine(config), MARKER, USER_CONFIG, '@mount@ /run/media/iso'],
        expectNot: [ABSENT],
      }
    },
  }
}

function kargsCase(way: 'bios-cd' | 'uefi-cd', isQuick = false): BootCase {
  return {
    name: `iso kargs modify, ${way}`,
    isQuick,
    make: async (bench) => ({
      machine: await bench.iso(way, ['iso', 'kargs', 'modify', ...KARGS_EDIT]),
      expect: [KARGS_LINE, NO_USER_CONFIG],
    }),
  }
}

function minimalIsoCase(way: 'bios-cd' | 'uefi-usb'): BootCase {
  return {
    name: `iso extract minimal-iso, ${way}`,
    make: async (bench) => {
      const config = markerConfig()
      const path = await bench.file('config.ign', config)
      const embed = ['iso', 'ignition', 'embed', '--ignition-file', path]
      const { machine, rootfsSha256, rootfsUrl } = await bench.minimalIso(way, embed)
      return {
        machine,
        expect: [
          `@initrd-rootfs@ sha256=${rootfsSha256} ${rootfsUrl}`,
          foundLine(config),
          MARKER,
          `coreos.live.rootfs_url=${rootfsUrl}`,
        ],
        expectNot: [ABSENT, '@mount@ /run/media/iso', 'coreos.liveiso='],
      }
    },
  }
}

/** An image of isokit's own making takes edits as a published one does. */
function builtIsoCase(way: IsoBootWay): BootCase {
  return {
    name: `iso build, ${way}`,
    make: async (bench) => {
      const config = markerConfig()
      const path = await bench.file('config.ign', config)
      const embed = ['iso', 'ignition', 'embed', '--ignition-file', path]
      return {
        machine: await bench.builtIso(way, embed, ['iso', 'kargs', 'modify', '--append', 'lab.added=1']),
        expect: [foundLine(config), MARKER, USER_CONFIG, '@mount@ /run/media/iso', /^@cmdline@ .* lab\.added=1$/],
        expectNot: [ABSENT],
      }
    },
  }
}

const CUSTOMIZED_KARGS = [
  ...['--live-karg-append', 'lab.added=1', '--live-karg-delete', 'lab.published=1'],
  ...['--live-karg-replace', 'lab.state=old=new'],
]

/** The config that customizing makes carries the given one. */
function customizeCase(way: 'bios-cd' | 'uefi-cd', isQuick = false): BootCase {
  return {
    name: `iso customize, ${way}`,
    isQuick,
    make: async (bench) => {
      const live = await bench.file('live.ign', markerConfig())
      const keyfile = await bench.file(KEYFILE_NAME, KEYFILE)
      const inputs = ['--live-ignition', live, '--network-keyfile', keyfile]
      const machine = await bench.iso(way, ['iso', 'customize', ...inputs, ...CUSTOMIZED_KARGS])
      const config = await bench.isokit('iso', 'ignition', 'show', bench.isoPath)
      return {
        machine,
        expect: [foundLine(config), MARKER, USER_CONFIG, ...KEYFILE_LINES, KARGS_LINE],
        expectNot: [ABSENT],
      }
    },
  }
}

/** What every machine gets is a keyfile, and what only this one gets is a config: both have to arrive. */
function pxeConfigCase(loader: 'ipxe' | 'grub'): BootCase {
  return {
    name: `pxe config, by ${loader}`,
    make: async (bench) => {
      const config = markerConfig()
      const configPath = await bench.file('config.ign', config)
      const keyfilePath = await bench.file(KEYFILE_NAME, KEYFILE)
      const { path, url, boot } = await bench.serve()
      const own = ['--keyfile', keyfilePath, '--host', `${MAC_ADDRESS}=${configPath}`]
      const rootfs = loader === 'ipxe' ? ['--base-url', `${url}/pxe`] : []
      await bench.isokit('pxe', 'config', ...own, ...rootfs, '--output', `${path}/pxe`, bench.lab.isoPath)
      await bench.isokit('pxe', 'check', `${path}/pxe`)
      return {
        machine: boot(loader === 'ipxe' ? `${url}/pxe/boot.ipxe` : await bench.grub(path, '/pxe/grub.cfg')),
        expect: [
          foundLine(config),
          MARKER,
          USER_CONFIG,
          ...KEYFILE_LINES,
          ...(loader === 'ipxe' ? [`@initrd-rootfs@`, `coreos.live.rootfs_url=${url}/pxe/rootfs.img`] : []),
        ],
        expectNot: [ABSENT, '@mount@ /run/media/iso', 'coreos.liveiso='],
      }
    },
  }
}

/** Every boot of the lab. A new command's case goes here. */
export const CASES: readonly BootCase[] = [
  ignitionCase('bios-cd', true),
  ignitionCase('uefi-cd'),
  ignitionCase('uefi-usb'),
  kargsCase('bios-cd'),
  kargsCase('uefi-cd', true),
  {
    name: 'an image as published applies no config',
    make: async (bench) => ({
      machine: await bench.iso('bios-cd'),
      expect: [ABSENT, NO_USER_CONFIG, PUBLISHED_KARGS_LINE],
      expectNot: ['@initrd-config@', '@lab-marker@', '@file@', '@keyfile@'],
    }),
  },
  {
    name: 'iso network embed',
    make: async (bench) => {
      const path = await bench.file(KEYFILE_NAME, KEYFILE)
      return {
        machine: await bench.iso('bios-cd', ['iso', 'network', 'embed', '--keyfile', path]),
        expect: [...KEYFILE_LINES, ABSENT, NO_USER_CONFIG],
      }
    },
  },
  {
    name: 'config, network and kargs together',
    make: async (bench) => {
      const config = markerConfig()
      const configPath = await bench.file('config.ign', config)
      const keyfilePath = await bench.file(KEYFILE_NAME, KEYFILE)
      return {
        machine: await bench.iso(
          'uefi-cd',
          ['iso', 'ignition', 'embed', '--ignition-file', configPath],
          ['iso', 'network', 'embed', '--keyfile', keyfilePath],
          ['iso', 'kargs', 'modify', ...KARGS_EDIT],
        ),
        expect: [foundLine(config), MARKER, USER_CONFIG, ...KEYFILE_LINES, KARGS_LINE],
        expectNot: [ABSENT],
      }
    },
  },
  {
    name: 'a config that fills the embed area to the last byte',
    make: async (bench) => {
      const { config, file } = await configOfArchiveSize(EMBED_AREA_BYTE_LENGTH)
      const path = await bench.file('config.ign', config)
      const tooLarge = await bench.file(
        'too-large.ign',
        markerConfig([{ ...file, content: noise(262_144, 'too large') }]),
      )
      const machine = await bench.iso('bios-cd', ['iso', 'ignition', 'embed', '--ignition-file', path])
      const { embedArea } = JSON.parse(await bench.isokit('iso', 'inspect', '--json', bench.isoPath))
      if (embedArea.freeByteLength !== 0) throw new Error(`The area has ${embedArea.freeByteLength} bytes left`)
      await bench.refusal('iso', 'ignition', 'embed', '--force', '--ignition-file', tooLarge, bench.isoPath)
      return { machine, expect: [foundLine(config), MARKER, fileLine(file), USER_CONFIG] }
    },
  },
  {
    name: 'a config of megabytes that compress unevenly',
    make: async (bench) => {
      const file = { path: '/etc/lab-patchwork', content: patchwork(4_000_000) }
      const config = markerConfig([file])
      const path = await bench.file('config.ign', config)
      return {
        machine: await bench.iso('bios-cd', ['iso', 'ignition', 'embed', '--ignition-file', path]),
        expect: [foundLine(config), MARKER, fileLine(file), USER_CONFIG],
      }
    },
  },
  {
    name: 'a reset image boots like new',
    make: async (bench) => {
      const configPath = await bench.file('config.ign', markerConfig())
      const keyfilePath = await bench.file(KEYFILE_NAME, KEYFILE)
      const machine = await bench.iso(
        'bios-cd',
        ['iso', 'ignition', 'embed', '--ignition-file', configPath],
        ['iso', 'network', 'embed', '--keyfile', keyfilePath],
        ['iso', 'kargs', 'modify', ...KARGS_EDIT],
        ['iso', 'reset'],
      )
      await bench.expectPristine()
      return {
        machine,
        expect: [ABSENT, NO_USER_CONFIG, PUBLISHED_KARGS_LINE],
        expectNot: ['@initrd-config@', '@lab-marker@', '@file@', '@keyfile@'],
      }
    },
  },
  customizeCase('bios-cd'),
  customizeCase('uefi-cd', true),
  {
    name: 'pxe customize',
    make: async (bench) => {
      const live = await bench.file('live.ign', markerConfig())
      const keyfile = await bench.file(KEYFILE_NAME, KEYFILE)
      const archive = `${bench.directory}/customizations.img`
      const inputs = ['--live-ignition', live, '--network-keyfile', keyfile, '--boot-kargs', IGNITION_KARGS]
      await bench.isokit('pxe', 'customize', ...inputs, '--append-only', '-o', archive, bench.lab.initrdPath)
      const config = await bench.isokit('pxe', 'ignition', 'unwrap', archive)
      return {
        machine: await bench.pxe(IGNITION_KARGS, archive),
        expect: [foundLine(config), MARKER, USER_CONFIG, ...KEYFILE_LINES],
        expectNot: [ABSENT],
      }
    },
  },
  builtIsoCase('bios-cd'),
  builtIsoCase('bios-usb'),
  builtIsoCase('uefi-cd'),
  builtIsoCase('uefi-usb'),
  minimalIsoCase('bios-cd'),
  minimalIsoCase('uefi-usb'),
  {
    name: 'pxe ignition wrap',
    isQuick: true,
    make: async (bench) => {
      const config = markerConfig()
      const path = await bench.file('config.ign', config)
      const initrd = `${bench.directory}/config.img`
      await bench.isokit('pxe', 'ignition', 'wrap', '--ignition-file', path, '--output', initrd)
      return {
        machine: await bench.pxe(IGNITION_KARGS, initrd),
        expect: [foundLine(config), MARKER, USER_CONFIG],
        expectNot: [ABSENT, '@mount@ /run/media/iso'],
      }
    },
  },
  {
    name: 'pxe network wrap, behind pxe ignition wrap',
    make: async (bench) => {
      const config = markerConfig()
      const configPath = await bench.file('config.ign', config)
      const keyfilePath = await bench.file(KEYFILE_NAME, KEYFILE)
      const [configInitrd, networkInitrd] = [`${bench.directory}/config.img`, `${bench.directory}/network.img`]
      await bench.isokit('pxe', 'ignition', 'wrap', '--ignition-file', configPath, '--output', configInitrd)
      await bench.isokit('pxe', 'network', 'wrap', '--keyfile', keyfilePath, '--output', networkInitrd)
      return {
        machine: await bench.pxe(IGNITION_KARGS, configInitrd, networkInitrd),
        expect: [foundLine(config), MARKER, USER_CONFIG, ...KEYFILE_LINES],
        expectNot: [ABSENT],
      }
    },
  },
  pxeConfigCase('ipxe'),
  pxeConfigCase('grub'),
  ...INSTALL_CASES,
]

/** Boots that isokit has no part in: what the lab itself must be able to do for other cases to mean something. */
export const LAB_CASES: readonly BootCase[] = (['bios-disk', 'uefi-disk'] as const).map((way) => ({
  name: `a disk image configured by hand, ${way}`,
  make: async (bench) => {
    const config = markerConfig()
    return {
      machine: await bench.disk(way, [
        { folder: 'ignition', name: 'config.ign', content: config },
        { folder: 'coreos-firstboot-network', name: KEYFILE_NAME, content: KEYFILE },
      ]),
      expect: [
        foundLine(config),
        MARKER,
        USER_CONFIG,
        `@initrd-keyfile@ ${KEYFILE_NAME}`,
        /^@mount@ \/ \/dev\/vda4 ext4$/,
      ],
      expectNot: [ABSENT],
    }
  },
}))
