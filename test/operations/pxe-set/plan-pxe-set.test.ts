import { describe, expect, it } from 'vitest'
import { encodeUtf8, memorySource, readAll } from '../../../src/bytes/index.ts'
import { readLiveIso } from '../../../src/coreos/index.ts'
import { BOOT_LOADERS, parseBootScript } from '../../../src/formats/boot-script/index.ts'
import { portableCodecs as codecs, readInitrd } from '../../../src/formats/initrd/index.ts'
import {
  artifactArchitecture,
  choosePxeFiles,
  type PxeArtifacts,
  type PxeSet,
  type PxeSetOptions,
  planPxeSet,
  pxeRoleOf,
  readIsoArtifacts,
} from '../../../src/operations/index.ts'
import { buildLiveIso, type LiveIsoArchitecture } from '../../support/live-iso-builder.ts'

const CONFIG = encodeUtf8('{"ignition":{"version":"3.4.0"}}')
const KEYFILE = { name: 'eth0.nmconnection', bytes: encodeUtf8('[connection]\nid=eth0\n') }
const MAC = '52:54:00:12:34:56'

async function isoArtifacts(architecture: LiveIsoArchitecture = 'x86_64'): Promise<PxeArtifacts> {
  return readIsoArtifacts(await readLiveIso(await buildLiveIso({ architecture })))
}

async function plan(options: Partial<PxeSetOptions> = {}, changed: Partial<PxeArtifacts> = {}): Promise<PxeSet> {
  return planPxeSet({ ...(await isoArtifacts()), ...changed }, { codecs, ...options })
}

const pathsOf = ({ files }: PxeSet): readonly string[] => files.map(({ path }) => path)

async function contentOf(set: PxeSet, path: string): Promise<Uint8Array> {
  const file = set.files.find((file) => file.path === path)
  if (!file) throw new Error(`no ${path}`)
  return file.content instanceof Uint8Array ? file.content : readAll(file.content)
}

async function textOf(set: PxeSet, path: string): Promise<string> {
  return new TextDecoder().decode(await contentOf(set, path))
}

describe('planPxeSet', () => {
  it('takes the files of the image, with a script for each boot loader', async () => {
    const set = await plan()
    expect(pathsOf(set)).toEqual([
      'boot.ipxe',
      'grub.cfg',
      'initrd.img',
      'pxelinux.cfg/default',
      'rootfs.img',
      'vmlinuz',
    ])
    const { kernel } = await isoArtifacts()
    expect(await contentOf(set, 'vmlinuz')).toEqual(
      await readAll(typeof kernel === 'string' ? memorySource(CONFIG) : kernel),
    )
    for (const [path, loader] of [
      ['boot.ipxe', 'ipxe'],
      ['grub.cfg', 'grub'],
      ['pxelinux.cfg/default', 'pxelinux'],
    ] as const) {
      const { entries, problems } = parseBootScript(loader, await textOf(set, path))
      expect(problems).toEqual([])
      expect(entries).toMatchObject([
        { kernel: 'vmlinuz', initrds: ['initrd.img', 'rootfs.img'], kargs: ['mitigations=auto,nosmt'] },
      ])
    }
  })

  it.each<{ architecture: LiveIsoArchitecture; loaders: readonly string[] }>([
    { architecture: 'x86_64', loaders: BOOT_LOADERS },
    { architecture: 'aarch64', loaders: ['ipxe', 'grub'] },
    { architecture: 'ppc64le', loaders: ['grub'] },
  ])('writes for the boot loaders of $architecture', async ({ architecture, loaders }) => {
    expect((await planPxeSet(await isoArtifacts(architecture), { codecs })).loaders).toEqual(loaders)
  })

  it('is the same each time, in whatever order the hosts come', async () => {
    const hosts = [
      { mac: MAC, config: CONFIG },
      { mac: '00:11:22:33:44:55', keyfiles: [KEYFILE] },
    ]
    const [one, other] = [
      await plan({ config: CONFIG, hosts }),
      await plan({ config: CONFIG, hosts: hosts.toReversed() }),
    ]
    expect(pathsOf(one)).toEqual(pathsOf(other))
    for (const path of pathsOf(one)) expect(await contentOf(one, path)).toEqual(await contentOf(other, path))
  })

  it.each<{ name: string; options: Partial<PxeSetOptions>; changed?: Partial<PxeArtifacts>; kargs: string }>([
    { name: 'a config', options: { config: CONFIG }, kargs: 'a=1 ignition.firstboot ignition.platform.id=metal' },
    { name: 'keyfiles alone', options: { keyfiles: [KEYFILE] }, kargs: 'a=1' },
    {
      name: 'a config on the network',
      options: { kargs: ['ignition.config.url=http://h/c'] },
      kargs: 'a=1 ignition.firstboot ignition.platform.id=metal ignition.config.url=http://h/c',
    },
    {
      name: 'another platform',
      options: { config: CONFIG, kargs: ['ignition.platform.id=qemu', 'b=2'] },
      kargs: 'a=1 ignition.firstboot ignition.platform.id=qemu b=2',
    },
    { name: 'an argument that is there', options: { kargs: ['a=1'] }, kargs: 'a=1 a=1' },
    {
      name: 'a base URL',
      options: { baseUrl: 'http://h/pxe/' },
      kargs: 'a=1 coreos.live.rootfs_url=http://h/pxe/rootfs.img',
    },
    {
      name: 'a rootfs elsewhere',
      options: {},
      changed: { rootfs: 'tftp://h/r.img' },
      kargs: 'a=1 coreos.live.rootfs_url=tftp://h/r.img',
    },
    {
      name: 'unknown defaults',
      options: { config: CONFIG },
      changed: { defaultKargs: undefined },
      kargs: 'ignition.firstboot ignition.platform.id=metal',
    },
  ])('has the kernel arguments for $name', async ({ options, changed, kargs }) => {
    const defaultKargs = 'a=1 coreos.liveiso=label ignition.firstboot ignition.platform.id=metal'
    expect((await plan(options, { defaultKargs, ...changed })).kargs.join(' ')).toBe(kargs)
  })

  it('packs config and keyfiles into one archive, behind the initramfs and the rootfs', async () => {
    const set = await plan({ config: CONFIG, keyfiles: [KEYFILE] })
    const archive = await contentOf(set, 'config.img')
    expect(await readInitrd(memorySource(archive), { codecs })).toEqual([
      { path: 'config.ign', bytes: CONFIG },
      { path: `etc/coreos-firstboot-network/${KEYFILE.name}`, bytes: KEYFILE.bytes },
    ])
    expect(await textOf(set, 'pxelinux.cfg/default')).toContain('INITRD initrd.img,rootfs.img,config.img\n')
    expect(set.files.filter(({ isSecret }) => isSecret).map(({ path }) => path)).toEqual(['config.img'])
  })

  it('gives a host scripts and an archive of its own, under the names that boot loaders look for', async () => {
    const set = await plan({ hosts: [{ mac: MAC.replaceAll(':', '-'), config: CONFIG }] })
    expect(pathsOf(set)).toEqual(
      expect.arrayContaining([
        'config-52-54-00-12-34-56.img',
        'grub.cfg-01-52-54-00-12-34-56',
        'mac-52-54-00-12-34-56.ipxe',
        'pxelinux.cfg/01-52-54-00-12-34-56',
      ]),
    )
    expect(await textOf(set, 'boot.ipxe')).toContain('mac-')
    expect(await textOf(set, 'boot.ipxe')).not.toContain('ignition.firstboot')
    expect(await textOf(set, 'mac-52-54-00-12-34-56.ipxe')).toContain('ignition.firstboot ignition.platform.id=metal')
  })

  it('loads from URLs what is elsewhere', async () => {
    const urls = { kernel: 'http://h/k', initramfs: 'http://h/i', rootfs: 'http://h/r' }
    const set = await plan({ loaders: ['grub'] }, urls)
    expect(pathsOf(set)).toEqual(['grub.cfg'])
    expect(parseBootScript('grub', await textOf(set, 'grub.cfg')).entries).toMatchObject([
      { kernel: 'http://h/k', initrds: ['http://h/i'] },
    ])
  })

  it.each<{ name: string; options?: Partial<PxeSetOptions>; changed?: Partial<PxeArtifacts>; code: string }>([
    { name: 'a base URL with white space', options: { baseUrl: 'http://h/a b' }, code: 'KARG_INVALID' },
    { name: 'a base URL of files', options: { baseUrl: 'file:///srv' }, code: 'KARG_INVALID' },
    { name: 'a base URL without a host', options: { baseUrl: 'http://:80/x' }, code: 'KARG_INVALID' },
    { name: 'an empty base URL', options: { baseUrl: '' }, code: 'KARG_INVALID' },
    { name: 'a medium', options: { kargs: ['coreos.liveiso=label'] }, code: 'KARG_INVALID' },
    {
      name: 'two places of the rootfs',
      options: { baseUrl: 'http://h/x', kargs: ['coreos.live.rootfs_url=http://h/y'] },
      code: 'KARG_INVALID',
    },
    {
      name: 'arguments that the kernel would cut',
      options: { kargs: [`a=${'b'.repeat(2000)}`] },
      code: 'KARGS_TOO_LONG',
    },
    { name: 'an unknown architecture', changed: { architecture: undefined }, code: 'BOOT_ENTRY_INVALID' },
    { name: 's390x', changed: { architecture: 's390x' }, code: 'BOOT_ENTRY_INVALID' },
    {
      name: 'PXELINUX where there is none',
      options: { loaders: ['pxelinux'] },
      changed: { architecture: 'aarch64' },
      code: 'BOOT_ENTRY_INVALID',
    },
    {
      name: 'a host twice',
      options: { hosts: [{ mac: MAC }, { mac: MAC.replaceAll(':', '-') }] },
      code: 'COMMAND_LINE_INVALID',
    },
    { name: 'a host that is none', options: { hosts: [{ mac: 'node1' }] }, code: 'COMMAND_LINE_INVALID' },
    { name: 'a keyfile twice', options: { keyfiles: [KEYFILE, KEYFILE] }, code: 'KEYFILE_INVALID' },
  ])('refuses $name', async ({ options, changed, code }) => {
    await expect(plan(options, changed)).rejects.toMatchObject({ code })
  })

  it('takes the longest command line that the kernel reads whole, and no longer', async () => {
    const others = 'BOOT_IMAGE=vmlinuz initrd=initrd.img,rootfs.img '
    const [fits, isTooLong] = [2047, 2048].map((length) => 'a'.repeat(length - others.length))
    await expect(plan({ kargs: [fits ?? ''] }, { defaultKargs: '' })).resolves.toBeDefined()
    await expect(plan({ kargs: [isTooLong ?? ''] }, { defaultKargs: '' })).rejects.toMatchObject({
      code: 'KARGS_TOO_LONG',
    })
  })
})

it.each([
  { name: 'vmlinuz', role: 'kernel' },
  { name: 'fcos-vmlinuz', role: 'kernel' },
  { name: 'fedora-coreos-40.1-live-kernel.x86_64', role: 'kernel' },
  { name: 'fedora-coreos-39.1-live-kernel-aarch64', role: 'kernel' },
  { name: 'initrd.img', role: 'initramfs' },
  { name: 'fedora-coreos-40.1-live-initramfs.x86_64.img', role: 'initramfs' },
  { name: 'x-rootfs.img', role: 'rootfs' },
  { name: 'rhcos-4.16-live-rootfs.ppc64le.img', role: 'rootfs' },
  { name: 'config.img', role: undefined },
  { name: 'fedora-coreos-40.1-live-rootfs.x86_64.img.sig', role: undefined },
])('$name is a $role', ({ name, role }) => {
  expect(pxeRoleOf(name)).toBe(role)
})

it('choosePxeFiles wants one file for each role, and tells all that is wrong', () => {
  const files = ['a-vmlinuz', 'b-vmlinuz', 'initrd.img'].map((name) => ({ name }))
  expect(() => choosePxeFiles(files, 'here')).toThrow(/kernel: a-vmlinuz, b-vmlinuz; no rootfs/)
  expect([...choosePxeFiles(files, 'here', ['initramfs'])]).toEqual([['initramfs', { name: 'initrd.img' }]])
})

it.each([
  { url: 'http://h/x86_64/live-kernel.aarch64', architecture: 'aarch64' },
  { url: 'http://h/vmlinuz', architecture: undefined },
])('artifactArchitecture reads $architecture from $url', async ({ url, architecture }) => {
  expect(await artifactArchitecture(url)).toBe(architecture)
})
