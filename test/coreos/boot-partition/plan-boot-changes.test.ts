import { describe, expect, it } from 'vitest'
import { encodeUtf8, memorySource } from '../../../src/bytes/index.ts'
import {
  type BootCustomization,
  foreseeBootPaths,
  parseConsoleSpec,
  planBootChanges,
} from '../../../src/coreos/index.ts'
import { portableCodecs, readInitrd } from '../../../src/formats/initrd/index.ts'
import { changesAsText, memoryBoot } from '../../support/memory-boot.ts'

const ENTRY = 'loader/entries/ostree-2-x.conf'
const KARGS = '$ignition_firstboot ignition.platform.id=metal console=tty0 console=ttyS0,115200n8 rw'
const MARKS = 'set a\n# CONSOLE-SETTINGS-START\nserial\nterminal_input serial\n# CONSOLE-SETTINGS-END\nset b\n'
const PLATFORMS = {
  metal: {
    grub_commands: ['serial', 'terminal_input serial'],
    kernel_arguments: ['console=tty0', 'console=ttyS0,115200n8'],
  },
  qemu: { kernel_arguments: ['console=ttyS0'] },
  same: { grub_commands: ['serial', 'terminal_input serial'] },
}

const SOUND: Readonly<Record<string, string>> = {
  'loader/entries/ostree-1-x.conf': 'options old\n',
  [ENTRY]: `title x\noptions ${KARGS}\ninitrd /ostree/x/initramfs-1.img\nlinux /y\n`,
  'ostree/x/initramfs-1.img': 'initramfs',
  'loader/entries/ostree-3.txt': 'no entry\n',
  'ignition.firstboot': '',
  'grub2/grub.cfg': MARKS,
  'coreos/platforms.json': JSON.stringify(PLATFORMS),
}

async function plan(customization: BootCustomization, files: Readonly<Record<string, string | undefined>> = {}) {
  const texts = Object.entries({ ...SOUND, ...files }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  const { changes, notices } = await planBootChanges(memoryBoot(Object.fromEntries(texts)), customization)
  return { changes: changesAsText(changes), notices }
}

function replaced(path: string, text: string): object {
  return { kind: 'replace-contents', path, bytes: text }
}

function entry(options: string): object {
  return replaced(ENTRY, `title x\noptions ${options}\ninitrd /ostree/x/initramfs-1.img\nlinux /y\n`)
}

const serial = [parseConsoleSpec('ttyS1,115200')]

describe('planBootChanges', () => {
  it('changes nothing when nothing is asked for', async () => {
    expect(await plan({})).toEqual({ changes: [], notices: [] })
  })

  it('needs nothing that it does not change', async () => {
    const { changes } = await planBootChanges(memoryBoot({}), { ignition: encodeUtf8('{}') })
    expect(changes).toHaveLength(2)
  })

  it('makes all changes in their order', async () => {
    const { changes } = await plan({
      ignition: encodeUtf8('{"a":1}'),
      firstbootArgs: 'ip=dhcp nameserver=1.1.1.1',
      platform: 'qemu',
      consoles: serial,
      appendKargs: ['quiet'],
      deleteKargs: ['rw'],
      networkFiles: [{ name: 'eth0.nmconnection', mode: 0o640, bytes: encodeUtf8('[a]') }],
      isNetworkInInitramfs: true,
    })
    expect(changes).toEqual([
      { kind: 'create-directory', path: 'ignition', mode: 0o700 },
      { kind: 'create-file', path: 'ignition/config.ign', mode: 0o600, bytes: '{"a":1}' },
      entry('$ignition_firstboot ignition.platform.id=qemu console=ttyS1,115200n8 quiet'),
      replaced('ignition.firstboot', 'set ignition_network_kcmdline="ip=dhcp nameserver=1.1.1.1"\n'),
      replaced(
        'grub2/grub.cfg',
        'set a\n# CONSOLE-SETTINGS-START\nserial --unit=1 --speed=115200 --word=8 --parity=no\nterminal_input serial\nterminal_output serial\n# CONSOLE-SETTINGS-END\nset b\n',
      ),
      { kind: 'create-directory', path: 'coreos-firstboot-network', mode: 0o700 },
      { kind: 'create-file', path: 'coreos-firstboot-network/eth0.nmconnection', mode: 0o640, bytes: '[a]' },
      expect.objectContaining({ kind: 'append-to-file', path: 'ostree/x/initramfs-1.img' }),
    ])
  })

  it.each([
    {
      name: 'deletes before it appends',
      customization: { appendKargs: ['rw', 'a'], deleteKargs: ['rw'] },
      to: `${KARGS.replace(' rw', '')} rw a`,
    },
    {
      name: 'sets the platform with its console',
      customization: { platform: 'qemu' },
      to: '$ignition_firstboot ignition.platform.id=qemu rw console=ttyS0',
    },
    {
      name: 'takes the console of metal away for a platform without one',
      customization: { platform: 'aws' },
      to: '$ignition_firstboot ignition.platform.id=aws rw',
    },
    {
      name: 'lets consoles win over the platform',
      customization: { consoles: [parseConsoleSpec('tty0')], platform: 'qemu' },
      to: '$ignition_firstboot ignition.platform.id=qemu rw console=tty0',
    },
  ])('$name', async ({ customization, to }) => {
    expect((await plan(customization)).changes).toContainEqual(entry(to))
  })

  describe('network settings in the initramfs, where newer systems look for them when asked for,', () => {
    const networkFiles = [
      { name: 'b.nmconnection', mode: 0o600, bytes: encodeUtf8('[b]') },
      { name: 'a.nmconnection', mode: 0o644, bytes: encodeUtf8('[a]') },
    ]
    const withEntry = (initrd: string) => ({
      [ENTRY]: `options ${KARGS}\n${initrd}\nlinux /y\n`,
      'y/first': '',
      'y/last': '',
    })

    it.each([
      { name: 'that the entry names', initrd: 'initrd /y/last' },
      { name: 'that the entry names last', initrd: 'initrd  /y/first y/last\ninitrds /z' },
      { name: 'of the last line', initrd: 'initrd /y/first\ninitrd\t/z\ninitrd //y/last' },
    ])('go behind the one $name', async ({ initrd }) => {
      const { changes } = await planBootChanges(memoryBoot({ ...SOUND, ...withEntry(initrd) }), {
        networkFiles,
        isNetworkInInitramfs: true,
      })
      const change = changes.find(({ kind }) => kind === 'append-to-file')
      expect(change).toMatchObject({ path: 'y/last', mode: 0o600, alignment: 4 })
      if (change?.kind !== 'append-to-file') throw new Error('nothing is appended')
      const files = await readInitrd(memorySource(change.bytes), { codecs: portableCodecs })
      expect(files).toEqual([
        { path: 'etc/coreos-firstboot-network/a.nmconnection', bytes: encodeUtf8('[a]') },
        { path: 'etc/coreos-firstboot-network/b.nmconnection', bytes: encodeUtf8('[b]') },
      ])
    })

    it('are not put there unasked, nor on IBM Z, whose boot loader knows the old end, nor when there are none', async () => {
      const files = memoryBoot({ ...SOUND, ...withEntry('initrd /y/last') })
      const asked = { isNetworkInInitramfs: true }
      for (const customization of [
        { networkFiles },
        { ...asked, networkFiles, isS390x: true },
        { ...asked, networkFiles: [] },
      ]) {
        const { changes } = await planBootChanges(files, customization)
        expect(changes.filter(({ kind }) => kind === 'append-to-file')).toEqual([])
      }
    })

    it.each([
      { name: 'is not there', initrd: 'initrd /y/other' },
      { name: 'is not named', initrd: '' },
    ])('need an initramfs, and refuse an image where it $name', async ({ initrd }) => {
      await expect(plan({ networkFiles, isNetworkInInitramfs: true }, withEntry(initrd))).rejects.toMatchObject({
        code: 'BOOT_FILES_INVALID',
      })
    })
  })

  it('does not set the console that is set', async () => {
    expect((await plan({ platform: 'metal' })).changes).toEqual([])
    expect((await plan({ platform: 'same' })).changes).toHaveLength(1)
  })

  it('leaves the entry alone that would read the same', async () => {
    expect((await plan({ deleteKargs: ['absent'] })).changes).toEqual([])
  })

  it('passes over arguments that are empty', async () => {
    expect(await plan({ appendKargs: ['', 'a', ' '], deleteKargs: ['  '] })).toEqual({
      changes: [entry(`${KARGS} a`)],
      notices: [],
    })
  })

  it('has no GRUB to set up on s390x', async () => {
    expect((await plan({ consoles: serial, isS390x: true })).changes).toHaveLength(1)
  })

  it.each([
    { name: 'what GRUB would interpret, where no GRUB is', customization: { appendKargs: ['a=;b'], isS390x: true } },
    { name: 'an unknown platform, when consoles are given', customization: { platform: 'aws', consoles: serial } },
  ])('does not notice $name', async ({ customization }) => {
    expect((await plan(customization)).notices).toEqual([])
  })

  it('prefers the console config of newer images', async () => {
    const { changes } = await plan({ platform: 'qemu' }, { 'grub2/console.cfg': MARKS, 'grub2/grub.cfg': 'x' })
    expect(changes[1]).toEqual(
      replaced('grub2/console.cfg', 'set a\n# CONSOLE-SETTINGS-START\n# CONSOLE-SETTINGS-END\nset b\n'),
    )
  })

  it('works without a list of platforms', async () => {
    const { changes, notices } = await plan({ platform: 'qemu' }, { 'coreos/platforms.json': undefined })
    expect(changes).toEqual([entry(KARGS.replace('=metal', '=qemu'))])
    expect(notices).toEqual([])
  })

  it('adds to the arguments that a first boot has', async () => {
    const { changes } = await plan({ firstbootArgs: 'b' }, { 'ignition.firstboot': 'set a=1' })
    expect(changes).toEqual([replaced('ignition.firstboot', 'set a=1\nset ignition_network_kcmdline="b"\n')])
  })

  it.each([
    { name: 'a deletion that meets nothing', customization: { deleteKargs: ['absent'] }, says: 'absent' },
    { name: 'what GRUB would interpret', customization: { appendKargs: ['a=;b'] }, says: 'GRUB gives ;' },
    {
      name: 'consoles that are given as arguments',
      customization: { appendKargs: ['console=ttyS0'] },
      says: '--console ttyS0',
    },
    { name: 'a platform that the image does not know', customization: { platform: 'aws' }, says: 'platform aws' },
  ])('notices $name', async ({ customization, says }) => {
    expect((await plan(customization)).notices).toEqual([expect.stringContaining(says)])
  })

  it.each([
    {
      name: 'an image with a config',
      customization: { ignition: new Uint8Array() },
      files: { 'ignition/config.ign': '' },
      code: 'ALREADY_EMBEDDED',
    },
    {
      name: 'an image with the same network file',
      customization: { networkFiles: [{ name: 'a', mode: 0o600, bytes: new Uint8Array() }] },
      files: { 'coreos-firstboot-network/a': '' },
      code: 'ALREADY_EMBEDDED',
    },
    {
      name: 'an image without a first boot',
      customization: { firstbootArgs: 'a' },
      files: { 'ignition.firstboot': undefined },
      code: 'BOOT_FILES_INVALID',
    },
    {
      name: 'an image without entries',
      customization: { appendKargs: ['a'] },
      files: { [ENTRY]: undefined, 'loader/entries/ostree-1-x.conf': undefined },
      code: 'BOOT_FILES_INVALID',
    },
    {
      name: 'an entry without options',
      customization: { appendKargs: ['a'] },
      files: { [ENTRY]: 'title x\n' },
      code: 'BOOT_FILES_INVALID',
    },
    {
      name: 'an entry without a platform',
      customization: { platform: 'aws' },
      files: { [ENTRY]: 'options a\n' },
      code: 'BOOT_FILES_INVALID',
    },
    {
      name: 'a GRUB config without marks',
      customization: { consoles: serial },
      files: { 'grub2/grub.cfg': 'x\n' },
      code: 'BOOT_FILES_INVALID',
    },
    {
      name: 'an image without a GRUB config',
      customization: { consoles: serial },
      files: { 'grub2/grub.cfg': undefined },
      code: 'BOOT_FILES_INVALID',
    },
    ...[
      '{',
      '[]',
      '{"metal":[]}',
      '{"metal":{"kernel_arguments":"a"}}',
      '{"qemu":{"grub_commands":[1]}}',
      ...['\\n', '\\r', '\\u0000'].map((end) => `{"qemu":{"kernel_arguments":["a${end}b"]}}`),
    ].map((json) => ({
      name: `platforms such as ${json}`,
      customization: { consoles: serial },
      files: { 'coreos/platforms.json': json },
      code: 'METADATA_INVALID',
    })),
  ])('refuses $name', async ({ customization, files, code }) => {
    await expect(plan(customization, files as Record<string, string | undefined>)).rejects.toMatchObject({ code })
  })
})

describe('foreseeBootPaths', () => {
  it.each<{ name: string; customization: BootCustomization }>([
    { name: 'nothing', customization: {} },
    { name: 'a config', customization: { ignition: encodeUtf8('{}') } },
    { name: 'kernel arguments', customization: { appendKargs: ['a'] } },
    { name: 'arguments of the first boot', customization: { firstbootArgs: 'ip=dhcp' } },
    { name: 'a platform', customization: { platform: 'qemu' } },
    { name: 'consoles', customization: { consoles: serial } },
    { name: 'network settings', customization: { networkFiles: [{ name: 'a', mode: 0o600, bytes: encodeUtf8('') }] } },
    {
      name: 'network settings in the initramfs',
      customization: {
        networkFiles: [{ name: 'a', mode: 0o600, bytes: encodeUtf8('') }],
        isNetworkInInitramfs: true,
      },
    },
  ])('names every file that changes for $name', async ({ customization }) => {
    const { changes } = await planBootChanges(memoryBoot(SOUND), customization)
    const files = changes.filter(({ kind }) => kind !== 'create-directory').map(({ path }) => path)
    const withoutNames = files.map((path) =>
      path
        .replace(/[^/]*\.conf$/, '*.conf')
        .replace(/[^/]*\.cfg$/, '*.cfg')
        .replace('x/initramfs-1.img', '*/initramfs*.img'),
    )
    expect(foreseeBootPaths(customization)).toEqual([...new Set(withoutNames)])
  })
})
