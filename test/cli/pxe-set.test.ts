import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MainResult, runMain } from '../support/run-main.ts'
import { saveLiveIso } from '../support/save-live-iso.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const MAC = '52:54:00:12:34:56'

let directory: Awaited<ReturnType<typeof temporaryDirectory>>
beforeEach(async () => {
  directory = await temporaryDirectory()
  await saveLiveIso(at('live.iso'))
  await writeFile(at('all.ign'), '{"ignition":{"version":"3.4.0"}}')
  await writeFile(at('one.ign'), '{"ignition":{"version":"3.4.0"},"passwd":{"users":[{"name":"core"}]}}')
  await writeFile(at('eth0.nmconnection'), '[connection]\nid=eth0\ntype=ethernet\n')
})
afterEach(() => directory[Symbol.asyncDispose]())

const at = (path: string): string => join(directory.path, path)
const pxe = (...argv: readonly string[]): Promise<MainResult> => runMain(['pxe', ...argv])

describe('isokit pxe config', () => {
  it('writes a set that pxe check finds in order', async () => {
    const files = ['--host', `${MAC}=${at('one.ign')}`, '--host', `${MAC}=${at('eth0.nmconnection')}`]
    const kargs = ['--karg', 'quiet', '--host-karg', `${MAC}=hugepages=2`, '--host-karg', `${MAC}=a=b=c`]
    const argv = ['-i', at('all.ign'), ...files, ...kargs, '-o', at('pxe'), at('live.iso')]
    const { exitCode, stderr } = await pxe('config', ...argv)
    expect(exitCode, stderr).toBe(0)
    expect(stderr).toContain('config-52-54-00-12-34-56.img')
    expect(await readdir(at('pxe/pxelinux.cfg'))).toEqual(['01-52-54-00-12-34-56', 'default'])
    if (process.platform !== 'win32') {
      expect((await stat(at('pxe/config.img'))).mode & 0o777).toBe(0o600)
      expect((await stat(at('pxe/boot.ipxe'))).mode & 0o044).toBe(0o044 & ~process.umask())
    }
    expect(await readFile(at('pxe/boot.ipxe'), 'utf8')).not.toContain('hugepages')
    expect(await readFile(at('pxe/mac-52-54-00-12-34-56.ipxe'), 'utf8')).toMatch(/nosmt .*quiet hugepages=2 a=b=c$/m)
    const check = await pxe('check', at('pxe'))
    expect(check).toEqual({ exitCode: 0, stdout: `${at('pxe')} is in order: 6 boot scripts\n`, stderr: '' })

    const own = await pxe('ignition', 'unwrap', at('pxe/config-52-54-00-12-34-56.img'))
    expect(JSON.parse(own.stdout)).toMatchObject({ passwd: { users: [{ name: 'core' }] } })
  })

  it('gives a host scripts of its own for a kernel argument alone', async () => {
    await pxe('config', '-i', at('all.ign'), '--host-karg', `${MAC}=quiet`, '-o', at('pxe'), at('live.iso'))
    const script = await readFile(at('pxe/mac-52-54-00-12-34-56.ipxe'), 'utf8')
    expect(script).toContain(' quiet')
    expect(script).toContain('config-52-54-00-12-34-56.img') // with the config for all
    expect((await pxe('check', at('pxe'))).exitCode).toBe(0)
  })

  it('makes the same of a directory as of an image, but for the arguments that only the image knows', async () => {
    await pxe('config', '--loader', 'ipxe', '-o', at('one'), at('live.iso'))
    const { stdout } = await pxe('config', '--json', '--loader', 'ipxe', '-o', at('two'), at('one'))
    expect(JSON.parse(stdout)).toMatchObject({ kargs: '', loaders: ['ipxe'] })
    for (const name of ['vmlinuz', 'initrd.img', 'rootfs.img']) {
      expect(await readFile(at(`two/${name}`))).toEqual(await readFile(at(`one/${name}`)))
    }
  })

  it('installs where it is told to', async () => {
    const install = ['--install-dev', '/dev/sda', '--install-ignition-url', 'http://h/dest.ign', '--karg', 'quiet']
    const { stdout } = await pxe('config', '--json', ...install, '-o', at('pxe'), at('live.iso'))
    expect(JSON.parse(stdout).kargs).toBe(
      'mitigations=auto,nosmt coreos.inst.install_dev=/dev/sda coreos.inst.ignition_url=http://h/dest.ign quiet',
    )
  })

  it('warns that customizations of an image are not part of the set', async () => {
    await runMain(['iso', 'ignition', 'embed', '-i', at('all.ign'), at('live.iso')])
    const { exitCode, stderr } = await pxe('config', '-o', at('pxe'), at('live.iso'))
    expect(exitCode).toBe(0)
    expect(stderr).toContain('customizations are not part of the set')
  })

  it.each<{ name: string; argv: readonly string[]; exitCode: number; code: string }>([
    { name: 'an output that is there', argv: ['-o', 'taken', 'live.iso'], exitCode: 1, code: 'OUTPUT_EXISTS' },
    { name: 'nothing to boot', argv: ['-o', 'pxe'], exitCode: 2, code: 'COMMAND_LINE_INVALID' },
    { name: 'a directory without files', argv: ['-o', 'pxe', 'taken'], exitCode: 1, code: 'PXE_FILES_MISSING' },
    { name: 'a file that is no image', argv: ['-o', 'pxe', 'all.ign'], exitCode: 1, code: 'ISO_NOT_FOUND' },
    { name: 'a missing image', argv: ['-o', 'pxe', 'no.iso'], exitCode: 1, code: 'FILE_NOT_FOUND' },
    {
      name: 'a host without a file',
      argv: ['--host', MAC, '-o', 'pxe', 'live.iso'],
      exitCode: 2,
      code: 'COMMAND_LINE_INVALID',
    },
    {
      name: 'a host without a kernel argument',
      argv: ['--host-karg', `${MAC}=`, '-o', 'pxe', 'live.iso'],
      exitCode: 2,
      code: 'COMMAND_LINE_INVALID',
    },
    {
      name: 'an unknown boot loader',
      argv: ['--loader', 'lilo', '-o', 'pxe', 'live.iso'],
      exitCode: 2,
      code: 'COMMAND_LINE_INVALID',
    },
    {
      name: 'an install config alone',
      argv: ['--install-ignition-url', 'http://h/x', '-o', 'pxe', 'live.iso'],
      exitCode: 2,
      code: 'COMMAND_LINE_INVALID',
    },
    {
      name: 'a URL with white space',
      argv: ['--rootfs-url', 'http://h/a b', '-o', 'pxe', 'live.iso'],
      exitCode: 2,
      code: 'KARG_INVALID',
    },
    {
      name: 'a broken config',
      argv: ['-i', 'eth0.nmconnection', '-o', 'pxe', 'live.iso'],
      exitCode: 1,
      code: 'IGNITION_INVALID',
    },
  ])('refuses $name, and writes nothing', async ({ argv, exitCode, code }) => {
    await mkdir(at('taken'))
    const names = new Set(['taken', 'pxe', 'live.iso', 'all.ign', 'no.iso', 'eth0.nmconnection'])
    const result = await pxe('config', ...argv.map((word) => (names.has(word) ? at(word) : word)))
    expect(result.stderr).toContain(code)
    expect(result.exitCode).toBe(exitCode)
    expect((await readdir(directory.path)).sort()).toEqual([
      'all.ign',
      'eth0.nmconnection',
      'live.iso',
      'one.ign',
      'taken',
    ])
  })

  it('reads stdin for all machines or for one, and not for both', async () => {
    const argv = ['pxe', 'config', '-i', '-', '--host', `${MAC}=${at('one.ign')}`, '-o', at('pxe'), at('live.iso')]
    const { exitCode, stderr } = await runMain(argv, { stdin: await readFile(at('all.ign')) })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('Standard input')
  })
})

describe('isokit pxe check', () => {
  it('lists all that is wrong, with lines, and ends with exit code 1', async () => {
    await pxe('config', '--loader', 'grub', '-i', at('all.ign'), '-o', at('pxe'), at('live.iso'))
    await writeFile(at('pxe/rootfs.img'), '')
    await writeFile(at('pxe/grub.cfg'), `${await readFile(at('pxe/grub.cfg'), 'utf8')}}\n`)
    const { exitCode, stdout } = await pxe('check', at('pxe'))
    expect(exitCode).toBe(1)
    expect(stdout).toBe(
      [
        `${at('pxe/grub.cfg')}:8: a } closes nothing`,
        `${at('pxe/rootfs.img')}: it is empty`,
        `2 problems in ${at('pxe')}\n`,
      ].join('\n'),
    )
    const json = await pxe('check', '--json', at('pxe'))
    expect(json.exitCode).toBe(1)
    expect(JSON.parse(json.stdout)).toMatchObject({
      set: at('pxe'),
      entries: [{ script: 'grub.cfg', loader: 'grub', version: '38.20230718.dev.0' }],
      problems: [{ path: 'grub.cfg', line: 8 }, { path: 'rootfs.img' }],
    })
  })

  it.each([
    { name: 'a file', argument: 'all.ign', exitCode: 2 },
    { name: 'nothing', argument: 'nothing', exitCode: 1 },
  ])('refuses $name', async ({ argument, exitCode }) => {
    expect((await pxe('check', at(argument))).exitCode).toBe(exitCode)
  })

  it('refuses a URL that it cannot fetch from, and says what it takes', async () => {
    const { exitCode, stderr } = await pxe('check', 'tftp://boot.example/pxe')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('http or https')
  })
})
