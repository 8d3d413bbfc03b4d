import { describe, expect, it } from 'vitest'
import { encodeUtf8 } from '../../../src/bytes/index.ts'
import { portableCodecs } from '../../../src/formats/initrd/index.ts'
import { nodeCodecs as codecs } from '../../../src/node/index.ts'
import { checkPxeSet, type PxeSetFolder, type PxeSetOptions, type PxeSetReport } from '../../../src/operations/index.ts'
import { buildPxeSet, EMPTY_CONFIG, editPxeSetFile, openBootFile, type PxeSetFiles } from '../../support/pxe-set.ts'

function folderOf(files: PxeSetFiles): PxeSetFolder {
  return {
    name: 'set',
    paths: [...files.keys()].sort(),
    withFile: (path, work) => work(openBootFile(files.get(path) ?? new Uint8Array(), path)),
  }
}

function check(files: PxeSetFiles): Promise<PxeSetReport> {
  return checkPxeSet(folderOf(files), { codecs })
}

const GRUB = { loaders: ['grub'] } as const

describe('checkPxeSet', () => {
  it.each<{ name: string; options: Partial<PxeSetOptions> }>([
    { name: 'as it is', options: { config: undefined } },
    { name: 'with a config', options: {} },
    {
      name: 'with keyfiles',
      options: { config: undefined, keyfiles: [{ name: 'a.nmconnection', bytes: EMPTY_CONFIG }] },
    },
    {
      name: 'with hosts',
      options: { hosts: [{ mac: '52:54:00:12:34:56', config: EMPTY_CONFIG }, { mac: '52:54:00:12:34:57' }] },
    },
    { name: 'with its rootfs on a server', options: { baseUrl: 'http://boot.example/pxe' } },
  ])('finds a set in order $name', async ({ options }) => {
    const report = await check(await buildPxeSet(options))
    expect(report).toMatchObject({ problems: [], unchecked: [] })
    expect(report.entries).toHaveLength(3 * (1 + (options.hosts?.length ?? 0)))
    expect(new Set(report.entries.map(({ version }) => version))).toEqual(new Set(['38.20230718.dev.0']))
  })

  it('takes files from elsewhere to be in order, and says so', async () => {
    const files = await buildPxeSet(GRUB)
    editPxeSetFile(files, 'grub.cfg', /"[^"]*\/vmlinuz"/, "'(http,h)/vmlinuz'")
    editPxeSetFile(files, 'grub.cfg', /"[^"]*\/initrd.img"/, "'(http,h)/initrd.img'")
    editPxeSetFile(files, 'grub.cfg', /'mitigations/, "'coreos.live.rootfs_url=http://h/other.img' 'mitigations")
    expect(await check(files)).toMatchObject({
      problems: [],
      unchecked: ['http://h/initrd.img', 'http://h/other.img', 'http://h/vmlinuz'],
    })
  })

  it.each<{
    name: string
    options?: Partial<PxeSetOptions>
    change: (files: PxeSetFiles) => void | Promise<void>
    problems: readonly { readonly path: string; readonly line?: number; readonly says: string }[]
  }>([
    {
      name: 'no scripts',
      change: (files) => void files.delete('grub.cfg'),
      problems: [{ path: '.', says: 'no boot script' }],
    },
    {
      name: 'a missing kernel',
      change: (files) => void files.delete('vmlinuz'),
      problems: [{ path: 'grub.cfg', says: 'no vmlinuz' }],
    },
    {
      name: 'a missing initramfs',
      change: (files) => void files.delete('initrd.img'),
      problems: [{ path: 'grub.cfg', says: 'no initrd.img' }],
    },
    {
      name: 'a missing host script',
      options: { hosts: [{ mac: '52:54:00:12:34:56' }] },
      change: (files) => void files.delete('grub.cfg-01-52-54-00-12-34-56'),
      problems: [{ path: 'grub.cfg', says: 'no grub.cfg-01-52-54-00-12-34-56' }],
    },
    {
      name: 'an empty kernel',
      change: (files) => void files.set('vmlinuz', new Uint8Array()),
      problems: [{ path: 'vmlinuz', says: 'empty' }],
    },
    {
      name: 'what is no kernel',
      change: (files) => void files.set('vmlinuz', encodeUtf8('<html>')),
      problems: [{ path: 'vmlinuz', says: 'not a kernel' }],
    },
    {
      name: 'a cut rootfs',
      change: (files) => void files.set('rootfs.img', (files.get('rootfs.img') ?? EMPTY_CONFIG).slice(0, -4)),
      problems: [{ path: 'rootfs.img', says: 'ends at offset' }],
    },
    {
      name: 'a rootfs with a flipped bit',
      change: (files) => {
        const rootfs = files.get('rootfs.img')?.slice() ?? EMPTY_CONFIG
        rootfs[1000] = (rootfs[1000] ?? 0) ^ 1
        files.set('rootfs.img', rootfs)
      },
      problems: [{ path: 'rootfs.img', says: 'offset 0' }],
    },
    {
      name: 'a damaged rootfs on a server',
      options: { baseUrl: 'http://boot.example/pxe' },
      change: (files) => void files.set('rootfs.img', new Uint8Array([...(files.get('rootfs.img') ?? []), 0, 0, 0, 0])),
      problems: [{ path: 'rootfs.img', says: 'not the rootfs' }],
    },
    {
      name: 'a rootfs of another build',
      change: async (files) => {
        const other = await buildPxeSet(GRUB, 'json-2021')
        files.set('rootfs.img', other.get('rootfs.img') ?? EMPTY_CONFIG)
      },
      problems: [{ path: 'rootfs.img', says: 'it is the rootfs of' }],
    },
    {
      name: 'something else for the rootfs on the server',
      options: { baseUrl: 'http://boot.example/pxe' },
      change: (files) => void files.set('rootfs.img', files.get('config.img') ?? EMPTY_CONFIG),
      problems: [{ path: 'rootfs.img', says: 'not the rootfs of a live system' }],
    },
    {
      name: 'a damaged initrd',
      change: (files) => void files.set('config.img', encodeUtf8('not an initrd')),
      problems: [{ path: 'config.img', says: 'config.img' }],
    },
    {
      name: 'no live initramfs',
      change: (files) => editPxeSetFile(files, 'grub.cfg', /"[^"]*\/initrd.img" /, ''),
      problems: [{ path: 'grub.cfg', says: 'none of its initrds' }],
    },
    {
      name: 'a live initramfs twice',
      change: (files) => editPxeSetFile(files, 'grub.cfg', /("[^"]*\/initrd.img")/, '$1 $1'),
      problems: [{ path: 'grub.cfg', says: 'more than one' }],
    },
    {
      name: 'no rootfs',
      change: (files) => editPxeSetFile(files, 'grub.cfg', /"[^"]*\/rootfs.img" /, ''),
      problems: [{ path: 'grub.cfg', says: 'no rootfs' }],
    },
    {
      name: 'a rootfs that cannot be fetched',
      options: { baseUrl: 'http://boot.example/pxe' },
      change: (files) => editPxeSetFile(files, 'grub.cfg', 'http://boot.example', 'nfs://boot.example'),
      problems: [{ path: 'grub.cfg', says: 'coreos.live.rootfs_url' }],
    },
    {
      name: 'an argument for a medium',
      change: (files) => editPxeSetFile(files, 'grub.cfg', /'mitigations/, "'coreos.liveiso=label' 'mitigations"),
      problems: [{ path: 'grub.cfg', says: 'medium' }],
    },
    {
      name: 'a config without its arguments',
      change: (files) => editPxeSetFile(files, 'grub.cfg', / 'ignition.firstboot'.*$/m, ''),
      problems: [{ path: 'grub.cfg', says: 'lack ignition.firstboot ignition.platform.id=metal' }],
    },
    {
      name: 'arguments without a config',
      change: (files) => editPxeSetFile(files, 'grub.cfg', / "[^"]*\/config.img"/, ''),
      problems: [{ path: 'grub.cfg', says: 'no config' }],
    },
    {
      name: 'too many arguments',
      change: (files) => editPxeSetFile(files, 'grub.cfg', /'mitigations/, `'a=${'b'.repeat(2000)}' 'mitigations`),
      problems: [{ path: 'grub.cfg', says: '2047' }],
    },
    {
      name: 'a way out of the folder',
      change: (files) => editPxeSetFile(files, 'grub.cfg', '/config.img', '/../config.img'),
      problems: [{ path: 'grub.cfg', says: 'outside' }],
    },
    {
      name: 'a script that is cut',
      change: (files) => editPxeSetFile(files, 'grub.cfg', /\}\n$/, ''),
      problems: [{ path: 'grub.cfg', line: 4, says: 'never closed' }],
    },
    {
      name: 'an empty script',
      change: (files) => void files.set('grub.cfg', new Uint8Array()),
      problems: [{ path: 'grub.cfg', says: 'empty' }],
    },
    {
      name: 'a script without end',
      change: (files) => void files.set('grub.cfg', new Uint8Array(1_048_577)),
      problems: [{ path: 'grub.cfg', says: 'too large' }],
    },
  ])('finds $name', async ({ options, change, problems }) => {
    const files = await buildPxeSet({ ...GRUB, ...options })
    await change(files)
    expect((await check(files)).problems).toEqual(
      problems.map(({ path, line, says }) => ({ path, line, problem: expect.stringContaining(says) })),
    )
  })

  it('tells all problems together, and those of a file once', async () => {
    const files = await buildPxeSet()
    files.delete('vmlinuz')
    files.set('rootfs.img', new Uint8Array())
    const { problems } = await check(files)
    expect(problems.map(({ path }) => path)).toEqual(['boot.ipxe', 'grub.cfg', 'pxelinux.cfg/default', 'rootfs.img'])
  })

  it('finds a kernel that PXELINUX does not boot', async () => {
    const files = await buildPxeSet({ loaders: ['pxelinux'] })
    const kernel = new Uint8Array(4096)
    kernel.set(encodeUtf8('ARM\x64'), 0x38)
    files.set('vmlinuz', kernel)
    expect((await check(files)).problems).toMatchObject([{ problem: 'PXELINUX does not boot kernels for aarch64' }])
  })

  it('does not blame the set for codecs that it was not given', async () => {
    const files = await buildPxeSet()
    const folder = folderOf(files)
    await expect(checkPxeSet(folder, { codecs: portableCodecs })).rejects.toMatchObject({ code: 'CODEC_MISSING' })
  })

  it('stops when it is told to', async () => {
    const files = await buildPxeSet()
    const folder = folderOf(files)
    await expect(checkPxeSet(folder, { codecs, signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    })
  })
})
