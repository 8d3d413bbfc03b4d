import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildLiveInitramfs } from '../support/build-live-initramfs.ts'
import { CERTIFICATE } from '../support/customization.ts'
import { needs } from '../support/needs.ts'
import { createShell, type Shell } from '../support/run-isokit.ts'
import { saveLiveIso } from '../support/save-live-iso.ts'

let shell: Shell
beforeEach(async () => {
  shell = await createShell()
  await saveLiveIso(shell.path('live.iso'))
  await writeFile(shell.path('initramfs.img'), await buildLiveInitramfs())
  await writeFile(shell.path('live.ign'), '{"ignition":{"version":"3.4.0"}}')
  await writeFile(shell.path('dest.ign'), '{"ignition":{"version":"3.3.0"}}')
  await writeFile(shell.path('a.nmconnection'), '[connection]\nid=a\n')
  await writeFile(shell.path('install.yaml'), 'append-karg: [a]\n')
  await writeFile(shell.path('script.sh'), '#!/bin/sh\n')
  await writeFile(shell.path('ca.pem'), CERTIFICATE)
})
afterEach(() => shell[Symbol.asyncDispose]())

const EVERYTHING = [
  ...['--dest-ignition', 'dest.ign', '--dest-device', '/dev/sda', '--dest-console', 'ttyS0,115200n8'],
  ...['--dest-karg-append', 'x', '--dest-karg-delete', 'y', '--network-keyfile', 'a.nmconnection'],
  ...['--ignition-ca', 'ca.pem', '--pre-install', 'script.sh', '--post-install', 'script.sh'],
  ...['--installer-config', 'install.yaml', '--live-ignition', 'live.ign'],
]
const ISO_EVERYTHING = [...EVERYTHING, '--live-karg-append', 'foo=bar']

describe('iso customize', () => {
  it('writes the same image in place, to a file and to stdout, each time', async () => {
    const original = await readFile(shell.path('live.iso'))
    const toFile = await shell.run(['iso', 'customize', ...ISO_EVERYTHING, '-o', 'a.iso', 'live.iso'])
    expect(toFile.exitCode, toFile.stderr).toBe(0)
    expect(await readFile(shell.path('live.iso'))).toEqual(original)
    const image = await readFile(shell.path('a.iso'))
    const { stdout } = await shell.run(['iso', 'customize', ...ISO_EVERYTHING, '-o', '-', 'live.iso'])
    expect(Buffer.compare(stdout, image)).toBe(0)
    expect((await shell.run(['iso', 'customize', ...ISO_EVERYTHING, 'live.iso'])).exitCode).toBe(0)
    expect(Buffer.compare(await readFile(shell.path('live.iso')), image)).toBe(0)
    expect((await stat(shell.path('a.iso'))).mode & 0o777).toBe(0o600)
    expect((await shell.run(['iso', 'reset', 'live.iso'])).exitCode).toBe(0)
    expect(Buffer.compare(await readFile(shell.path('live.iso')), original)).toBe(0)
  })

  it('writes nothing when it is run again', async () => {
    const line = ['iso', 'customize', '--json', ...ISO_EVERYTHING, 'live.iso']
    expect(JSON.parse(new TextDecoder().decode((await shell.run(line)).stdout)).isChanged).toBe(true)
    const before = await stat(shell.path('live.iso'), { bigint: true })
    expect(JSON.parse(new TextDecoder().decode((await shell.run(line)).stdout)).isChanged).toBe(false)
    expect((await stat(shell.path('live.iso'), { bigint: true })).mtimeNs).toBe(before.mtimeNs)
  })

  it('shows every change beforehand, and makes none', async () => {
    const original = await readFile(shell.path('live.iso'))
    const { exitCode, stdout } = await shell.run(['iso', 'customize', '--dry-run', ...ISO_EVERYTHING, 'live.iso'])
    expect(exitCode).toBe(0)
    const text = new TextDecoder().decode(stdout)
    for (const change of [
      'config.ign',
      'etc/coreos-firstboot-network/a.nmconnection',
      '/usr/local/bin/pre-install-script.sh (mode 0700',
      'post-install-script.sh.service (enabled)',
      '/etc/coreos/installer.d/0000-install.yaml',
      '/etc/coreos/installer.d/0001-customize.yaml',
      '/etc/coreos/dest.ign',
      'ignition-file: /etc/coreos/dest.ign\n    implied by',
      'copy-network: true\n    implied by',
      'console: ttyS0,115200n8\n    from --dest-console',
      'foo=bar (append)',
    ]) {
      expect(text).toContain(change)
    }
    expect(await readFile(shell.path('live.iso'))).toEqual(original)
  })
})

describe('pxe customize', () => {
  it('writes the same initramfs to a file and to stdout, and takes the customization off again', async () => {
    const base = await readFile(shell.path('initramfs.img'))
    const toFile = await shell.run(['pxe', 'customize', ...EVERYTHING, '-o', 'a.img', 'initramfs.img'])
    expect(toFile.exitCode, toFile.stderr).toBe(0)
    expect(toFile.stderr).toContain('ignition.firstboot ignition.platform.id=metal')
    const whole = await readFile(shell.path('a.img'))
    expect(Buffer.compare(whole.subarray(0, base.byteLength), base)).toBe(0)
    const { stdout } = await shell.run(['pxe', 'customize', ...EVERYTHING, '-o', '-', 'initramfs.img'])
    expect(Buffer.compare(stdout, whole)).toBe(0)
    expect((await stat(shell.path('a.img'))).mode & 0o777).toBe(0o600)

    const appended = await shell.run([
      'pxe',
      'customize',
      ...EVERYTHING,
      '--append-only',
      '-o',
      'b.img',
      'initramfs.img',
    ])
    expect(appended.exitCode, appended.stderr).toBe(0)
    expect(Buffer.compare(await readFile(shell.path('b.img')), whole.subarray(base.byteLength))).toBe(0)

    expect((await shell.run(['pxe', 'reset', '-o', 'c.img', 'a.img'])).exitCode).toBe(0)
    expect(Buffer.compare(await readFile(shell.path('c.img')), base)).toBe(0)
  })

  it('replaces an earlier customization by force, as if it had not been there', async () => {
    await shell.run(['pxe', 'customize', ...EVERYTHING, '-o', 'a.img', 'initramfs.img'])
    const refused = await shell.run(['pxe', 'customize', '--live-ignition', 'live.ign', '-o', 'b.img', 'a.img'])
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain('already customized')
    await shell.run(['pxe', 'customize', '--live-ignition', 'live.ign', '-o', 'b.img', '--force', 'a.img'])
    await shell.run(['pxe', 'customize', '--live-ignition', 'live.ign', '-o', 'c.img', 'initramfs.img'])
    expect(Buffer.compare(await readFile(shell.path('b.img')), await readFile(shell.path('c.img')))).toBe(0)
  })

  it('says what an initramfs is', async () => {
    await shell.run(['pxe', 'customize', ...EVERYTHING, '-o', 'a.img', 'initramfs.img'])
    const text = new TextDecoder().decode((await shell.run(['pxe', 'inspect', 'a.img'])).stdout)
    expect(text).toMatch(/^a\.img \(.*, customized\)\nVersion: 38\.20230718\.dev\.0\n/)
    expect(text).toContain('a.nmconnection')
    expect(text).toContain('dest-device: /dev/sda')
  })

  it('writes nothing to stdout before the initramfs has been read to its end', async () => {
    const base = await readFile(shell.path('initramfs.img'))
    await writeFile(shell.path('cut.img'), base.subarray(0, base.byteLength - 50))
    const { exitCode, stdout } = await shell.run(['pxe', 'customize', '-o', '-', 'cut.img'])
    expect(exitCode).toBe(1)
    expect(stdout.byteLength).toBe(0)
  })
})

describe('one clear error and nothing left behind', () => {
  const files = async (): Promise<readonly string[]> => (await readdir(shell.directory)).sort()

  it.each([
    {
      name: 'a script name that breaks a unit',
      prepare: () => writeFile(shell.path('a b.sh'), ''),
      args: ['--pre-install', 'a b.sh'],
      says: 'Rename the file',
    },
    {
      name: 'an unknown key of the installer',
      prepare: () => writeFile(shell.path('i.yaml'), 'append-karg: [a]\ninstall_dev: /dev/sda\n'),
      args: ['--installer-config', 'i.yaml'],
      says: 'parsing installer config i.yaml:2:1: unknown key "install_dev"',
    },
    {
      name: 'a YAML bomb',
      prepare: () =>
        writeFile(
          shell.path('i.yaml'),
          `append-karg:\n- &a [x, x, x, x, x, x, x, x, x, x]\n${'bcdefghij'
            .split('')
            .map((name, index) =>
              `- &${name} [${'abcdefghi'[index]}]`.replace(
                /\[(.)\]/,
                (_, below) => `[${Array(10).fill(`*${below}`).join(', ')}]`,
              ),
            )
            .join('\n')}\n`,
        ),
      args: ['--installer-config', 'i.yaml'],
      says: 'parsing installer config i.yaml:',
    },
    { name: 'a keyfile without a name', args: ['--network-keyfile', '..'], says: 'does not end in a file name' },
    {
      name: 'a keyfile given twice',
      args: ['--network-keyfile', 'a.nmconnection', '--network-keyfile', 'a.nmconnection'],
      says: 'already specifies keyfile',
    },
    {
      name: 'an Ignition config that is none',
      args: ['--live-ignition', 'a.nmconnection'],
      says: 'parsing Ignition config a.nmconnection',
    },
    {
      name: 'a destination config without a device',
      args: ['--dest-ignition', 'dest.ign'],
      says: 'without a destination device',
    },
    { name: 'an nmstate document', args: ['--network-nmstate', 'install.yaml'], says: '--network-keyfile' },
    { name: 'a file that is not there', args: ['--pre-install', 'none'], says: 'No such file' },
    { name: 'certificates that are none', args: ['--ignition-ca', 'install.yaml'], says: 'install.yaml' },
  ])('$name', async ({ prepare, args, says }) => {
    await prepare?.()
    const before = await files()
    const original = await readFile(shell.path('live.iso'))
    // In a PXE boot, the boot configuration may name the device.
    const pxe = says.includes('device') ? ['--boot-kargs', 'ignition.firstboot ignition.platform.id=metal'] : []
    for (const line of [
      ['iso', 'customize', ...args, 'live.iso'],
      ['iso', 'customize', ...args, '-o', 'out', 'live.iso'],
      ['pxe', 'customize', ...args, ...pxe, '-o', 'out', 'initramfs.img'],
    ]) {
      const { exitCode, stderr } = await shell.run(line)
      expect([1, 2], stderr).toContain(exitCode)
      expect(stderr).toContain(says)
      expect(stderr).not.toContain('INTERNAL')
    }
    expect(await files()).toEqual(before)
    expect(await readFile(shell.path('live.iso'))).toEqual(original)
  })

  it.each([
    {
      name: 'a bare wrapped config as base',
      prepare: () => shell.run(['pxe', 'ignition', 'wrap', '-i', 'live.ign', '-o', 'base.img']),
      says: 'not a CoreOS live initramfs image',
    },
    { name: 'an image as base', prepare: () => saveLiveIso(shell.path('base.img')), says: 'CPIO_CORRUPT' },
    {
      name: 'a customized base',
      prepare: () => shell.run(['pxe', 'customize', '--pre-install', 'script.sh', '-o', 'base.img', 'initramfs.img']),
      says: 'already customized',
    },
  ])('$name', async ({ prepare, says }) => {
    await prepare()
    const before = await files()
    for (const more of [[], ['--append-only']]) {
      const { exitCode, stderr } = await shell.run(['pxe', 'customize', '-o', 'out', ...more, 'base.img'])
      expect(exitCode, stderr).toBe(1)
      expect(stderr).toContain(says)
    }
    expect(await files()).toEqual(before)
  })

  it.each([
    { args: ['iso', 'customize', '--dest-console', 'ttyX', 'live.iso'] },
    { args: ['iso', 'customize', '--dest-device', 'a', '--dest-device', 'b', 'live.iso'] },
    { args: ['pxe', 'customize', 'initramfs.img'] },
    { args: ['pxe', 'customize', '--live-karg-append', 'a', '-o', 'out', 'initramfs.img'] },
  ])('a wrong call: $args', async ({ args }) => {
    expect((await shell.run(args)).exitCode).toBe(2)
  })

  it('an output that exists', async () => {
    await writeFile(shell.path('out'), 'mine')
    for (const line of [
      ['iso', 'customize', '-o', 'out', 'live.iso'],
      ['pxe', 'customize', '-o', 'out', 'initramfs.img'],
      ['pxe', 'reset', '-o', 'out', 'initramfs.img'],
    ]) {
      const { exitCode, stderr } = await shell.run(line)
      expect(exitCode).toBe(1)
      expect(stderr).toContain('File exists')
    }
    expect(await readFile(shell.path('out'), 'utf8')).toBe('mine')
  })

  it('a full disk', async (context) => {
    needs(context, 'root', 'mount')
    await mkdir(shell.path('small'))
    await writeFile(
      shell.path('big.img'),
      Buffer.concat([await readFile(shell.path('initramfs.img')), Buffer.alloc(900_000)]),
    )
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=600k', 'tmpfs', shell.path('small')])
    try {
      const { exitCode, stderr } = await shell.run(['pxe', 'customize', ...EVERYTHING, '-o', 'small/out', 'big.img'])
      expect(exitCode).toBe(1)
      expect(stderr).toContain('DISK_FULL')
      expect(await readdir(shell.path('small'))).toEqual([])
    } finally {
      execFileSync('umount', [shell.path('small')])
    }
  })
})
