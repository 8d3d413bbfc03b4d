import { describe, expect, it } from 'vitest'
import { concatSources, encodeUtf8, joinBytes, memorySource, readAll, type Source } from '../../../src/bytes/index.ts'
import { encodeCpio } from '../../../src/formats/cpio/index.ts'
import { nodeCodecs as codecs } from '../../../src/node/index.ts'
import { type LiveIsoParts, planLiveIso, wrapIgnition } from '../../../src/operations/index.ts'
import { abortingSource, failingSource } from '../../support/faulty.ts'
import { buildLiveIsoParts } from '../../support/live-iso-parts.ts'

const OTHER_VERSION = '37.20230122.dev.0'
const INVALID = { name: 'ImageError', code: 'LIVE_PARTS_INVALID' }

const plan = async (changes: Partial<LiveIsoParts>) =>
  planLiveIso({ ...(await buildLiveIsoParts()), ...changes }, { codecs })

const bytes = (text: string, name = 'given'): Source => memorySource(encodeUtf8(text), name)

/** A rootfs whose first file has these bytes, with a stamp if a version is given. */
function rootfs(path: string, contents: Uint8Array, version?: string): Source {
  const stamp =
    version === undefined ? [] : [{ path: 'etc/coreos-live-rootfs', mode: 0o100644, bytes: encodeUtf8(version) }]
  return memorySource(encodeCpio([{ path, mode: 0o100644, bytes: contents }, ...stamp]), 'rootfs.img')
}

const SQUASHFS = joinBytes([encodeUtf8('hsqs'), new Uint8Array(4092)])
const EROFS = joinBytes([new Uint8Array(1024), Uint8Array.of(0xe2, 0xe1, 0xf5, 0xe0), new Uint8Array(3068)])

/** A live initramfs that does not know its rootfs, as old builds. */
const oldInitramfs = (version: string): Source =>
  memorySource(
    encodeCpio([{ path: 'etc/coreos-live-initramfs', mode: 0o100644, bytes: encodeUtf8(`${version}\n`) }]),
    'initrd.img',
  )

describe('parts are refused', () => {
  it.each([
    { name: 'an empty kernel', changes: { kernel: bytes('') }, says: 'not a kernel' },
    { name: 'a text for a kernel', changes: { kernel: bytes('hello') }, says: 'not a kernel' },
    { name: 'an empty rootfs', changes: { rootfs: bytes('') }, says: 'not a rootfs' },
    { name: 'a bare file system', changes: { rootfs: memorySource(SQUASHFS, 'root') }, says: 'not a rootfs' },
    { name: 'a root elsewhere', changes: { rootfs: rootfs('a/root.squashfs', SQUASHFS) }, says: 'not a rootfs' },
    { name: 'an empty EFI image', changes: { efiImage: bytes('') }, says: 'not a FAT image' },
    { name: 'an EFI program', changes: { efiImage: memorySource(new Uint8Array(600), 'a.efi') }, says: 'not a FAT' },
    { name: 'no files of ISOLINUX', changes: { isolinux: [] }, says: 'no isolinux.bin' },
    {
      name: 'a short ISOLINUX',
      changes: { isolinux: ['isolinux.bin', 'ldlinux.c32'].map((name) => ({ name, source: bytes('x', name) })) },
      says: 'isolinux.bin is too short',
    },
  ])('with $name', async ({ changes, says }) => {
    await expect(plan(changes)).rejects.toMatchObject({ ...INVALID, message: expect.stringContaining(says) })
  })

  it('with all that is wrong at first sight in one message', async () => {
    const changes = { kernel: bytes('', 'k'), rootfs: bytes('', 'r'), efiImage: bytes('', 'e'), isolinux: [] }
    await expect(plan(changes)).rejects.toMatchObject({
      message: expect.stringMatching(/k is not .*; r is not .*; e is not .*; there is no isolinux\.bin/),
    })
  })

  it.each(['ppc64le', 's390x'] as const)('with a kernel for %s', async (architecture) => {
    const parts = await buildLiveIsoParts()
    const head = new Uint8Array(4096)
    head.set([0x7f, 0x45, 0x4c, 0x46, 2, architecture === 'ppc64le' ? 1 : 2])
    head.set(architecture === 'ppc64le' ? [21, 0] : [0, 22], 18)
    await expect(planLiveIso({ ...parts, kernel: memorySource(head, 'k') }, { codecs })).rejects.toMatchObject({
      ...INVALID,
      message: expect.stringContaining(`k is for ${architecture}`),
    })
  })

  it('with ISOLINUX for aarch64', async () => {
    const { isolinux } = await buildLiveIsoParts()
    const parts = { ...(await buildLiveIsoParts({ architecture: 'aarch64' })), isolinux }
    await expect(planLiveIso(parts, { codecs })).rejects.toMatchObject({
      ...INVALID,
      message: expect.stringContaining('ISOLINUX does not boot aarch64'),
    })
  })

  it('with an initrd that is no live initramfs', async () => {
    const initramfs = memorySource(encodeCpio([{ path: 'init', mode: 0o100755, bytes: encodeUtf8('#!') }]), 'initrd')
    await expect(plan({ initramfs })).rejects.toMatchObject({ code: 'NOT_A_LIVE_INITRAMFS' })
  })

  it('with a customized initramfs, whose secrets every image would carry', async () => {
    const { initramfs } = await buildLiveIsoParts()
    const config = memorySource(
      await wrapIgnition(encodeUtf8('{"ignition":{"version":"3.4.0"}}'), { codecs }),
      'config',
    )
    await expect(plan({ initramfs: concatSources([initramfs, config], 'custom.img') })).rejects.toMatchObject({
      name: 'ImageError',
      code: 'ALREADY_EMBEDDED',
    })
  })
})

describe('a rootfs', () => {
  it('has to be the one whose hashes the initramfs has', async () => {
    const { rootfs: good } = await buildLiveIsoParts()
    const changed = Uint8Array.from(await readAll(good))
    changed[1000]! ^= 1
    await expect(plan({ rootfs: memorySource(changed, 'r') })).rejects.toMatchObject({
      ...INVALID,
      message: expect.stringContaining('r is not the rootfs that images/pxeboot/initrd.img wants'),
    })
  })

  it('has to be of the same version', async () => {
    const foreign = rootfs('root.squashfs', SQUASHFS, `${OTHER_VERSION}\n`)
    await expect(plan({ rootfs: foreign })).rejects.toMatchObject({
      ...INVALID,
      message: expect.stringContaining(`the rootfs of ${OTHER_VERSION}, and`),
    })
  })

  it.each([
    { name: 'squashfs', root: rootfs('root.squashfs', SQUASHFS, OTHER_VERSION) },
    { name: 'erofs', root: rootfs('root.erofs', EROFS, OTHER_VERSION) },
    { name: 'squashfs without a version', root: rootfs('root.squashfs', SQUASHFS) },
  ])('may be $name, and is taken when an old initramfs has no hashes', async ({ root }) => {
    const changes = { initramfs: oldInitramfs(OTHER_VERSION), rootfs: root }
    await expect(plan(changes)).resolves.toMatchObject({ version: OTHER_VERSION })
  })

  it('is reported on while it is compared', async () => {
    const parts = await buildLiveIsoParts()
    const reports: { bytesDone: number; bytesTotal: number }[] = []
    await planLiveIso(parts, { codecs, onProgress: (report) => reports.push(report) })
    const { byteLength } = parts.rootfs
    expect(reports.at(-1)).toEqual({ bytesDone: byteLength, bytesTotal: byteLength })
  })
})

describe('work', () => {
  it.each(['kernel', 'initramfs', 'rootfs', 'efiImage'] as const)('stops when %s can not be read', async (part) => {
    const parts = await buildLiveIsoParts()
    const broken = { ...parts, [part]: failingSource(parts[part]!, 0) }
    await expect(planLiveIso(broken, { codecs })).rejects.toMatchObject({ code: 'EIO' })
  })

  it.each(['initramfs', 'rootfs'] as const)('stops on demand while %s is read', async (part) => {
    const controller = new AbortController()
    const parts = await buildLiveIsoParts()
    const aborting = { ...parts, [part]: abortingSource(parts[part], controller, 1) }
    const result = planLiveIso(aborting, { codecs, signal: controller.signal })
    await expect(result).rejects.toMatchObject({ name: 'AbortError' })
  })
})
