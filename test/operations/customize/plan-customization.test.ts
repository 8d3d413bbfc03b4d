import { describe, expect, it } from 'vitest'
import { encodeGzip as gzip } from '../../../src/node/index.ts'
import { type Customization, planCustomization } from '../../../src/operations/index.ts'
import {
  CERTIFICATE,
  configOf,
  FEATURES,
  fileTexts,
  ignition,
  input,
  KARGS,
  KEYFILE,
  plan,
  SCRIPT,
  textOf,
} from '../../support/customization.ts'

const INSTALLER = '/etc/coreos/installer.d'

describe('a customization puts into the live system', () => {
  it('nothing when it asks for nothing', async () => {
    expect(await plan({})).toEqual({ files: [], changes: [], notices: [], warnings: [] })
  })

  it('keyfiles without an Ignition config', async () => {
    const { files } = await plan({ keyfiles: [KEYFILE] })
    expect(files).toEqual([{ path: 'etc/coreos-firstboot-network/a.nmconnection', bytes: KEYFILE.bytes }])
  })

  it('scripts with their units, in the order of the phases', async () => {
    const config = configOf(
      (await plan({ postInstall: [input('b', SCRIPT)], preInstall: [input('a.sh', SCRIPT)] })).files,
    )
    expect(config?.ignition.version).toBe('3.3.0')
    expect(config?.storage?.files).toMatchObject([
      { path: '/usr/local/bin/pre-install-a.sh', mode: 0o700 },
      { path: '/usr/local/bin/post-install-b', mode: 0o700 },
    ])
    expect(config?.systemd?.units).toEqual([
      { name: 'pre-install-a.sh.service', enabled: true, contents: expect.any(String) },
      { name: 'post-install-b.service', enabled: true, contents: expect.any(String) },
    ])
    const [pre, post] = (config?.systemd?.units ?? []).map(({ contents }) => contents)
    expect(pre).toBe(`# Made by isokit customize

[Unit]
Description=Pre-Install Script (a.sh)
Documentation=https://coreos.github.io/coreos-installer/customizing-install/
After=coreos-installer-pre.target
Before=coreos-installer.service

[Service]
Type=oneshot
ExecStart=/usr/local/bin/pre-install-a.sh
RemainAfterExit=true
StandardOutput=kmsg+console
StandardError=kmsg+console

[Install]
RequiredBy=coreos-installer.service
`)
    expect(post).toContain('After=coreos-installer.service\nBefore=coreos-installer.target\n')
    expect(post).toContain('RequiredBy=coreos-installer.target\n')
  })

  it('installer configs as they are, and its own settings behind them', async () => {
    const { files } = await plan({
      installerConfigs: [input('z.yaml', '# keep me\nappend-karg: [a]\n'), input('a.yaml', 'stream: next\n')],
      destDevice: '/dev/sda',
      destConsoles: ['ttyS0', 'tty0'],
      destKargsAppend: ['a: b', '12'],
      destKargsDelete: ['quiet'],
      destIgnition: [input('dest.ign', ignition('3.4.0'))],
      keyfiles: [KEYFILE],
    })
    const config = configOf(files)
    expect(config?.storage?.files?.map(({ mode }) => mode)).toEqual([0o600, 0o600, 0o600, 0o600])
    expect(fileTexts(config)).toEqual({
      [`${INSTALLER}/0000-z.yaml`]: '# keep me\nappend-karg: [a]\n',
      [`${INSTALLER}/0001-a.yaml`]: 'stream: next\n',
      '/etc/coreos/dest.ign': '{"ignition":{"version":"3.4.0"}}\n',
      [`${INSTALLER}/0002-customize.yaml`]: [
        'ignition-file: /etc/coreos/dest.ign',
        'console:',
        '- ttyS0,9600n8',
        '- tty0',
        'append-karg:',
        "- 'a: b'",
        "- '12'",
        'delete-karg:',
        '- quiet',
        'copy-network: true',
        'dest-device: /dev/sda',
        '',
      ].join('\n'),
    })
  })

  it('no settings of its own beside a config that needs none', async () => {
    const { files } = await plan({ installerConfigs: [input('a.yaml', 'dest-device: /dev/sda\n')] })
    expect(Object.keys(fileTexts(configOf(files)))).toEqual([`${INSTALLER}/0000-a.yaml`])
  })

  it('the request to copy the network, when only a user config starts the installer', async () => {
    const { files } = await plan({
      installerConfigs: [input('a.yaml', 'dest-device: /dev/sda\n')],
      keyfiles: [KEYFILE],
    })
    expect(fileTexts(configOf(files))).toMatchObject({ [`${INSTALLER}/0001-customize.yaml`]: 'copy-network: true\n' })
  })

  it('live configs as merged ones, each with its own version', async () => {
    const { files } = await plan({
      liveIgnition: [input('a', ignition('3.6.0')), input('b', ignition('3.0.0', { passwd: {} }))],
    })
    const merged = configOf(files)?.ignition.config?.merge ?? []
    expect(merged.map(textOf)).toEqual(['{"ignition":{"version":"3.6.0"}}\n', '{"ignition":{"version":"3.0.0"}}\n'])
    expect(merged.every(({ compression }) => compression === 'gzip')).toBe(true)
  })

  it.each([
    { name: 'several destination configs', configs: ['3.4.0', '3.1.0'], authorities: [] },
    { name: 'one destination config and a certificate', configs: ['3.4.0'], authorities: [CERTIFICATE] },
  ])('a wrapper for $name', async ({ configs, authorities }) => {
    const { files } = await plan({
      destDevice: '/dev/sda',
      destIgnition: configs.map((version) => input(version, ignition(version))),
      certificateAuthorities: authorities.map((text) => input('ca.pem', text)),
    })
    const config = configOf(files)
    const dest = JSON.parse(fileTexts(config)['/etc/coreos/dest.ign'] ?? '')
    expect(dest.ignition.version).toBe('3.3.0')
    expect(dest.ignition.config.merge.map(textOf)).toEqual(configs.map((version) => `${ignition(version)}\n`))
    for (const each of [config, dest]) {
      const bundles = each?.ignition.security?.tls?.certificateAuthorities ?? []
      expect(bundles.map(textOf)).toEqual(authorities)
    }
  })

  it('the same bytes each time', async () => {
    const customization = { preInstall: [input('a', SCRIPT)], destDevice: '/dev/sda', keyfiles: [KEYFILE] }
    expect((await plan(customization)).files).toEqual((await plan(customization)).files)
  })

  it('everything once, however often it is given', async () => {
    const { files, notices } = await plan({
      destDevice: '/dev/sda',
      liveIgnition: [input('a', ignition('3.4.0')), input('b', ` ${ignition('3.4.0')}`)],
      destIgnition: [input('c', ignition('3.1.0')), input('c', ignition('3.1.0'))],
      certificateAuthorities: [input('ca.pem', CERTIFICATE), input('ca.pem', `${CERTIFICATE}\n\n`)],
      installerConfigs: [input('i.yaml', 'append-karg: [x]\n'), input('i.yaml', 'append-karg: [x]\n')],
    })
    const config = configOf(files)
    expect(config?.ignition.config?.merge).toHaveLength(1)
    expect(config?.ignition.security?.tls?.certificateAuthorities).toHaveLength(1)
    expect(Object.keys(fileTexts(config))).toEqual([
      `${INSTALLER}/0000-i.yaml`,
      '/etc/coreos/dest.ign',
      `${INSTALLER}/0001-customize.yaml`,
    ])
    expect(notices.filter((notice) => /used once|left out/.test(notice))).toHaveLength(4)
  })
})

describe('what is told', () => {
  it.each([
    { customization: { destDevice: '/dev/sda' }, says: 'automatically install to /dev/sda without confirmation' },
    { customization: { installerConfigs: [input('a', 'dest-device: /dev/vda\n')] }, says: 'install to /dev/vda' },
    { customization: { destDevice: 'x', destKargsAppend: ['console=ttyS0', 'a'] }, says: '--dest-console ttyS0' },
  ] satisfies readonly { customization: Customization; says: string }[])('$says', async ({ customization, says }) => {
    expect((await plan(customization)).notices).toContainEqual(expect.stringContaining(says))
  })

  it('that a PXE boot needs kernel arguments for Ignition, and none for keyfiles', async () => {
    const base = { kargs: undefined, isIso: false }
    const withConfig = await plan({ liveIgnition: [input('l', ignition('3.4.0'))] }, base)
    expect(withConfig.notices).toEqual([expect.stringContaining('ignition.firstboot ignition.platform.id=metal')])
    expect((await plan({ keyfiles: [KEYFILE] }, base)).notices).toEqual([])
  })

  it.each([
    { name: 'a script without an interpreter', customization: { preInstall: [input('a', 'echo\n')] }, says: '#!' },
    { name: 'a script with CRLF', customization: { preInstall: [input('a', '#!/bin/sh\r\n')] }, says: 'CR and LF' },
  ])('$name', async ({ customization, says }) => {
    expect((await plan(customization)).warnings).toEqual([expect.stringContaining(says)])
  })

  it('that keyfiles take the place of arguments', async () => {
    const { warnings } = await plan({ keyfiles: [KEYFILE] }, { kargs: `${KARGS} ip=dhcp` })
    expect(warnings).toEqual([expect.stringContaining('ip=dhcp')])
  })

  it('every file, unit and setting, and what is implied', async () => {
    const { changes } = await plan({
      destDevice: '/dev/sda',
      destIgnition: [input('d.ign', ignition('3.4.0'))],
      certificateAuthorities: [input('ca.pem', CERTIFICATE)],
      preInstall: [input('a', SCRIPT)],
      keyfiles: [KEYFILE],
      installerConfigs: [input('i.yaml', '')],
      liveIgnition: [input('l.ign', ignition('3.1.0'))],
    })
    const named = (isImplied: boolean) =>
      changes.filter((change) => change.isImplied === isImplied).map(({ kind, subject }) => `${kind} ${subject}`)
    expect(named(false)).toEqual([
      'member etc/coreos-firstboot-network/a.nmconnection',
      'file /usr/local/bin/pre-install-a',
      `file ${INSTALLER}/0000-i.yaml`,
      'dest-config d.ign',
      'installer dest-device: /dev/sda',
      'certificate ca.pem',
      'config l.ign',
    ])
    expect(named(true)).toEqual([
      'member config.ign',
      'unit pre-install-a.service',
      'file /etc/coreos/dest.ign',
      'dest-certificate ca.pem',
      `file ${INSTALLER}/0001-customize.yaml`,
      'installer ignition-file: /etc/coreos/dest.ign',
      'installer copy-network: true',
      expect.stringContaining('behavior'),
      expect.stringContaining('behavior'),
      expect.stringContaining('behavior'),
    ])
  })
})

it('stops when it is told to', async () => {
  const signal = AbortSignal.abort()
  const target = { name: 'demo.iso', features: FEATURES, kargs: KARGS, isIso: true }
  const planning = planCustomization({ preInstall: [input('a', SCRIPT)] }, target, { gzip, signal })
  await expect(planning).rejects.toBe(signal.reason)
})
