import { describe, expect, it } from 'vitest'
import type { Customization } from '../../../src/operations/index.ts'
import {
  type Base,
  configOf,
  ignition,
  input,
  KARGS,
  KEYFILE,
  plan,
  SCRIPT,
  textOf,
} from '../../support/customization.ts'

describe('what an image can not do is refused', () => {
  it.each([
    {
      customization: { keyfiles: [KEYFILE] },
      features: { liveInitrdNetwork: false },
      code: 'NETWORK_UNSUPPORTED',
      says: 'does not support customizing network settings',
    },
    {
      customization: { destDevice: '/dev/sda' },
      features: { installerConfig: false },
      code: 'INSTALLER_UNSUPPORTED',
      says: 'does not support customizing installer configuration',
    },
    {
      customization: { installerConfigs: [input('a', '')] },
      features: { installerConfig: false },
      code: 'INSTALLER_UNSUPPORTED',
      says: 'installer configuration',
    },
    {
      customization: { destConsoles: ['tty0'], destDevice: 'x' },
      features: { installerConfigDirectives: [] },
      code: 'INSTALLER_UNSUPPORTED',
      says: 'does not support customizing the destination console',
    },
  ])('$says', async ({ customization, features, code, says }) => {
    await expect(plan(customization, { features })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(says),
    })
  })

  it('scripts work on the oldest images', async () => {
    const features = { installerConfig: false, installerConfigDirectives: [], liveInitrdNetwork: false }
    const { files } = await plan({ preInstall: [input('a', SCRIPT)] }, { features })
    expect(files).toHaveLength(1)
  })
})

const installs = (text: string): Customization => ({
  installerConfigs: [input('a.yaml', text)],
  destDevice: '/dev/sda',
})

describe('what would not boot or install', () => {
  const cases: readonly { name: string; customization: Customization; base?: Base; says: string }[] = [
    {
      name: 'a destination config without a device',
      customization: { destIgnition: [input('d', ignition('3.4.0'))] },
      says: 'without a destination device',
    },
    {
      name: 'an installer config without a device',
      customization: { installerConfigs: [input('a.yaml', '')] },
      says: 'without a destination device',
    },
    {
      name: 'a device that is named twice',
      customization: installs('dest-device: /dev/sda\n'),
      says: 'a.yaml and by the command line',
    },
    {
      name: 'a device that is also a kernel argument',
      customization: { destDevice: 'x' },
      base: { kargs: `${KARGS} coreos.inst.install_dev=sda` },
      says: 'coreos.inst.install_dev',
    },
    {
      name: 'two kinds of images',
      customization: { ...installs('stream: next\n'), destDevice: undefined },
      base: { kargs: `${KARGS} coreos.inst.install_dev=sda coreos.inst.image_url=http://a/b` },
      says: 'only one of',
    },
    {
      name: 'two destination configs of different kinds',
      customization: { ...installs('ignition-url: http://a/b\n'), destIgnition: [input('d', ignition('3.4.0'))] },
      base: { features: { installerConfigDirectives: [] } },
      says: 'only one of',
    },
    {
      name: 'a value that starts with a dash',
      customization: { destDevice: 'x', destKargsAppend: ['-x'] },
      says: 'for an option',
    },
    {
      name: 'a directive that the image lacks',
      customization: installs('secure-ipl: true\n'),
      says: 'does not know the key secure-ipl',
    },
    {
      name: 'a config without Ignition',
      customization: { liveIgnition: [input('l', ignition('3.4.0'))] },
      base: { kargs: 'coreos.liveiso=x ignition.platform.id=metal' },
      says: 'without the kernel argument ignition.firstboot',
    },
    {
      name: 'a config that another one replaces',
      customization: { liveIgnition: [input('l', ignition('3.4.0'))] },
      base: { kargs: `${KARGS} ignition.config.url=http://a/` },
      says: 'ignores the embedded config',
    },
    {
      name: 'an image that does not find itself',
      customization: {},
      base: { kargs: 'quiet' },
      says: 'root file system',
    },
    {
      name: 'a rootfs URL for a full image',
      customization: {},
      base: { kargs: `${KARGS} coreos.live.rootfs_url=http://a/` },
      says: 'has no effect',
    },
    {
      name: 'a misspelled argument of the installer',
      customization: {},
      base: { kargs: `${KARGS} coreos.inst.install_device=sda` },
      says: 'coreos.inst.install_device',
    },
    {
      name: 'arguments for an installer that does not run',
      customization: {},
      base: { kargs: `${KARGS} coreos.inst.stream=next` },
      says: 'nothing makes the installer run',
    },
    {
      name: 'a live config that changes kernel arguments',
      customization: { liveIgnition: [input('l', ignition('3.4.0', { kernelArguments: { shouldExist: ['nosmt'] } }))] },
      says: 'wants nosmt',
    },
    {
      name: 'a live config that forbids a kernel argument',
      customization: {
        liveIgnition: [input('l', ignition('3.4.0', { kernelArguments: { shouldNotExist: ['ignition.firstboot'] } }))],
      },
      says: 'forbids ignition.firstboot',
    },
  ]

  it.each(cases)('is refused: $name', async ({ customization, base, says }) => {
    await expect(plan(customization, base)).rejects.toMatchObject({
      code: 'CUSTOMIZATION_INVALID',
      message: expect.stringContaining(says),
    })
  })

  it.each(cases)('is a warning where the caller insists: $name', async ({ customization, base, says }) => {
    for (const checks of ['format', 'none'] as const) {
      const { warnings } = await plan(customization, { ...base, checks })
      expect(warnings).toContainEqual(expect.stringContaining(says))
    }
  })

  it('is told together', async () => {
    const planning = plan({ destKargsAppend: ['-a'] }, { kargs: 'quiet' })
    await expect(planning).rejects.toMatchObject({
      message: expect.stringMatching(/device.*option.*root file system/s),
    })
  })

  it.each([
    {
      name: 'a script may name the device',
      customization: { destKargsAppend: ['a'], preInstall: [input('a', SCRIPT)] },
    },
    {
      name: 'a live config may name the device',
      customization: { destKargsAppend: ['a'], liveIgnition: [input('l', ignition('3.4.0'))] },
    },
    {
      name: 'the device is a kernel argument',
      customization: { destKargsAppend: ['a'] },
      base: { kargs: `${KARGS} coreos.inst.install_dev=/dev/sda` },
    },
    {
      name: 'nobody knows the kernel arguments',
      customization: { destKargsAppend: ['a'] },
      base: { kargs: undefined, isIso: false },
    },
    {
      name: 'a live config wants what is there',
      customization: {
        liveIgnition: [input('l', ignition('3.4.0', { kernelArguments: { shouldExist: ['ignition.firstboot'] } }))],
      },
    },
    {
      name: 'a minimal image has a rootfs URL',
      customization: {},
      base: { kargs: 'coreos.live.rootfs_url=http://a/ ignition.firstboot' },
    },
  ] satisfies readonly { name: string; customization: Customization; base?: Base }[])(
    'is not assumed when $name',
    async ({ customization, base }) => {
      await expect(plan(customization, base)).resolves.toBeDefined()
    },
  )
})

describe('names of scripts', () => {
  it.each(['a b.sh', 'a%i', 'a$b', 'a\\b', 'a@b', 'é', 'a"b', 'a/b', 'a\nb', 'x'.repeat(236)])(
    '%j is refused',
    async (name) => {
      await expect(plan({ preInstall: [input(name, SCRIPT)] })).rejects.toMatchObject({ code: 'CUSTOMIZATION_INVALID' })
    },
  )

  it.each(['a', 'a.sh', 'A-b_c:d.9', '.hidden', 'x'.repeat(235)])('%j is taken', async (name) => {
    await expect(plan({ preInstall: [input(name, SCRIPT)] })).resolves.toBeDefined()
  })

  it('come once in each phase', async () => {
    const [a, b] = [input('a', SCRIPT), input('a', '#!/bin/bash\n')]
    await expect(plan({ preInstall: [a], postInstall: [b] })).resolves.toBeDefined()
    await expect(plan({ preInstall: [a, b] })).rejects.toMatchObject({
      message: expect.stringContaining('already specifies path /usr/local/bin/pre-install-a'),
    })
  })
})

describe('other inputs that are refused', () => {
  it.each([
    {
      name: 'keyfiles of one name',
      customization: { keyfiles: [KEYFILE, KEYFILE] },
      says: 'already specifies keyfile',
    },
    {
      name: 'a text that is no Ignition config',
      customization: { liveIgnition: [input('l', 'x')] },
      says: 'parsing Ignition config l',
    },
    {
      name: 'a config of another generation',
      customization: { destIgnition: [input('d', ignition('2.2.0'))], destDevice: 'x' },
      says: 'parsing Ignition config d',
    },
    {
      name: 'a config that Ignition refuses',
      customization: { liveIgnition: [input('l', ignition('3.3.0', { storage: { files: [{ path: 'a' }] } }))] },
      says: 'parsing Ignition config l',
    },
    {
      name: 'an installer config that is no YAML',
      customization: installs('a: [\n'),
      says: 'parsing installer config a.yaml:2:1',
    },
    {
      name: 'an installer config without a name',
      customization: { installerConfigs: [input('..', '')] },
      says: 'cannot be the name',
    },
    {
      name: 'certificates that are none',
      customization: { certificateAuthorities: [input('ca.pem', 'x')] },
      says: 'ca.pem',
    },
    {
      name: 'a kernel argument with a line break',
      customization: { destKargsAppend: ['a\nb'], destDevice: 'x' },
      says: 'newline',
    },
    { name: 'an empty kernel argument', customization: { destKargsDelete: [' '], destDevice: 'x' }, says: 'empty' },
    {
      name: 'a console that is none',
      customization: { destConsoles: ['console=tty0'], destDevice: 'x' },
      says: 'console=tty0',
    },
  ] satisfies readonly { name: string; customization: Customization; says: string }[])(
    '$name',
    async ({ customization, says }) => {
      await expect(plan(customization)).rejects.toMatchObject({ message: expect.stringContaining(says) })
    },
  )

  it('unless configs are to be taken as they are', async () => {
    const { files } = await plan({ liveIgnition: [input('l', 'x')] }, { checks: 'none' })
    expect(textOf(configOf(files)?.ignition.config?.merge?.[0])).toBe('x')
  })
})
