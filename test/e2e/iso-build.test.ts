import { execFileSync } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chunks } from '../../src/bytes/index.ts'
import { buildLiveIsoParts } from '../support/live-iso-parts.ts'
import { needs } from '../support/needs.ts'
import { createShell, type Shell } from '../support/run-isokit.ts'

const VOLUME_ID = 'demo-coreos-38.20230718.dev.0'
const PARTS = ['--kernel', 'k', '--initramfs', 'i', '--rootfs', 'r']
const LOADERS = ['--efi-image', 'e', '--isolinux', 'bios', '--volume-id', VOLUME_ID]
const BUILD = ['iso', 'build', ...PARTS, ...LOADERS]

let shell: Shell
beforeEach(async () => {
  shell = await createShell()
  const { kernel, initramfs, rootfs, efiImage, isolinux = [] } = await buildLiveIsoParts()
  await mkdir(shell.path('bios'))
  for (const { name, source } of isolinux) await writeFile(shell.path(`bios/${name}`), chunks(source))
  const files = { k: kernel, i: initramfs, r: rootfs, e: efiImage! }
  for (const [name, source] of Object.entries(files)) await writeFile(shell.path(name), chunks(source))
})
afterEach(() => shell[Symbol.asyncDispose]())

const names = async (): Promise<readonly string[]> =>
  (await readdir(shell.directory)).filter((name) => name !== '.bin').sort()

async function script(text: string): Promise<void> {
  const { exitCode, stderr } = await shell.bash(`BUILD="$TOOL -q ${BUILD.join(' ')}"\n${text}`)
  expect(exitCode, stderr).toBe(0)
}

describe('iso build', () => {
  it('gives an image that every command takes, and that resets to what was built', async () => {
    await script(`
      $BUILD --karg quiet -o new.iso
      cp new.iso edited.iso
      $TOOL iso inspect edited.iso | grep -q 'Volume id: ${VOLUME_ID}'
      echo '{"ignition":{"version":"3.4.0"}}' > c.ign
      printf '[connection]\\nid=eth0\\n' > eth0.nmconnection
      $TOOL iso ignition embed -i c.ign edited.iso
      $TOOL iso ignition show edited.iso | cmp - c.ign
      $TOOL iso network embed -k eth0.nmconnection edited.iso
      $TOOL iso kargs modify -a nosmt edited.iso
      [ "$($TOOL iso kargs show edited.iso)" = 'quiet coreos.liveiso=${VOLUME_ID} ignition.firstboot ignition.platform.id=metal nosmt' ]
      $TOOL iso ignition remove edited.iso
      if $TOOL iso ignition show edited.iso; then exit 1; fi
      $TOOL iso network extract edited.iso | grep -q id=eth0
      $TOOL iso reset edited.iso
      cmp new.iso edited.iso
      $TOOL iso extract pxe -o pxe new.iso
      cmp k pxe/new-vmlinuz; cmp i pxe/new-initrd.img; cmp r pxe/new-rootfs.img
      $TOOL iso customize --dest-device /dev/sda -o installing.iso new.iso
      $TOOL pxe config -o set new.iso
      $TOOL pxe check set
    `)
  })

  it('gives the same bytes to a file, to stdout, at another time and from another directory', async () => {
    await script(`
      umask 022
      $BUILD -o new.iso
      [ "$(stat -c %a new.iso)" = 644 ]
      $BUILD -o - 2> result | cmp new.iso
      touch -d 2001-01-01 k i r e bios/*; chmod 600 k
      mkdir other; cp -r k i r e bios other
      (cd other && TZ=Asia/Tokyo $BUILD -o new.iso)
      cmp new.iso other/new.iso
    `)
  })

  it('tells programs what was built', async () => {
    const { stdout } = await shell.run(['--json', ...BUILD, '-o', 'new.iso'])
    const sha256 = execFileSync('sha256sum', [shell.path('new.iso')])
      .toString()
      .slice(0, 64)
    expect(JSON.parse(new TextDecoder().decode(stdout))).toMatchObject({
      output: 'new.iso',
      sha256,
      volumeId: VOLUME_ID,
      version: '38.20230718.dev.0',
      architecture: 'x86_64',
      platforms: ['bios', 'efi'],
      kargs: `coreos.liveiso=${VOLUME_ID} ignition.firstboot ignition.platform.id=metal`,
      notices: [],
    })
  })

  it('warns, also when it should be quiet, of an image that does not boot', async () => {
    const { exitCode, stderr } = await shell.run(['-q', 'iso', 'build', ...PARTS, '-o', 'new.iso'])
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(/does not boot by itself/)
  })

  it('replaces a file only if told to', async () => {
    await script(`
      echo mine > new.iso
      if $BUILD -o new.iso; then exit 1; fi
      [ "$(cat new.iso)" = mine ]
      $BUILD --overwrite -o new.iso
      $TOOL iso inspect new.iso > /dev/null
    `)
  })

  it.each([
    { name: 'a rootfs of another build', args: ['--rootfs', 'k'], code: 'LIVE_PARTS_INVALID', exitCode: 1 },
    { name: 'another initrd', args: ['--initramfs', 'k'], code: 'CPIO_CORRUPT', exitCode: 1 },
    { name: 'a missing kernel', args: ['--kernel', 'none'], code: 'FILE_NOT_FOUND', exitCode: 1 },
    { name: 'a missing EFI image', args: ['--efi-image', 'none'], code: 'FILE_NOT_FOUND', exitCode: 1 },
    { name: 'a file for a directory', args: ['--isolinux', 'k'], code: 'COMMAND_LINE_INVALID', exitCode: 2 },
    { name: 'a label of words', args: ['--volume-id', 'a b'], code: 'ISO_INPUT_INVALID', exitCode: 2 },
    { name: 'an argument of the image', args: ['--karg', 'coreos.liveiso=x'], code: 'KARG_INVALID', exitCode: 2 },
    { name: 'a tiny embed area', args: ['--embed-area', '4095'], code: 'COMMAND_LINE_INVALID', exitCode: 2 },
    { name: 'an output that exists', args: ['--output', 'k'], code: 'OUTPUT_EXISTS', exitCode: 1 },
  ])('writes nothing with $name', async ({ args, code, exitCode }) => {
    const given: Record<string, string> = {
      '--kernel': 'k',
      '--initramfs': 'i',
      '--rootfs': 'r',
      '--output': 'new.iso',
    }
    for (let index = 0; index < args.length; index += 2) given[args[index]!] = args[index + 1]!
    const before = await names()
    const result = await shell.run(['--json', 'iso', 'build', ...Object.entries(given).flat()])
    expect(JSON.parse(result.stderr.trim().split('\n').at(-1)!).error.code).toBe(code)
    expect(result.exitCode).toBe(exitCode)
    expect(await names()).toEqual(before)
  })

  it('leaves nothing behind on a full disk', async (context) => {
    needs(context, 'linux', 'root')
    await mkdir(shell.path('small'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', shell.path('small')])
    try {
      const { exitCode, stderr } = await shell.run(['--json', ...BUILD, '-o', 'small/new.iso'])
      expect(exitCode).toBe(1)
      expect(stderr).toContain('DISK_FULL')
      expect(await readdir(shell.path('small'))).toEqual([])
    } finally {
      execFileSync('umount', [shell.path('small')])
    }
  })
})
