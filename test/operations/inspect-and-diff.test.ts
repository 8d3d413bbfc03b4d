import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { encodeUtf8 } from '../../src/bytes/index.ts'
import { nodeCodecs as codecs } from '../../src/node/index.ts'
import { diffIsos, inspectIso, planIgnition, planKargs, planNetwork } from '../../src/operations/index.ts'
import { applyToLiveIso, openLiveIso } from '../support/edit-live-iso.ts'

const dataUrl = (text: string): string => `data:;base64,${gzipSync(text).toString('base64')}`

const INNER = { ignition: { version: '3.4.0' }, storage: { files: [{ path: '/etc/inner' }] } }
const CONFIG = {
  ignition: {
    version: '3.3.0',
    config: {
      merge: [
        { compression: 'gzip', source: dataUrl(JSON.stringify(INNER)) },
        { source: 'https://user:hunter2@example.com/more.ign?token=hunter2' },
      ],
    },
    security: { tls: { certificateAuthorities: [{ source: 'data:,pem' }] } },
  },
  passwd: { users: [{ name: 'core', passwordHash: 'hunter2' }] },
  storage: {
    files: [
      { path: '/etc/secret', contents: { source: 'data:,hunter2' } },
      {
        path: '/etc/coreos/installer.d/0000-a.yaml',
        contents: {
          compression: 'gzip',
          source: dataUrl('dest-device: /dev/sda\nignition-url: https://u:hunter2@example.com/a.ign\n'),
        },
      },
    ],
  },
  systemd: { units: [{ name: 'a.service', contents: 'hunter2' }] },
}
const KEYFILE = {
  name: 'wifi.nmconnection',
  bytes: encodeUtf8('[connection]\nid=Office\ntype=wifi\ninterface-name = wlan0\n[wifi-security]\npsk=hunter2\n'),
}

async function customized() {
  const pristine = await openLiveIso()
  const withConfig = await applyToLiveIso(
    pristine,
    await planIgnition(pristine, encodeUtf8(JSON.stringify(CONFIG)), { codecs }),
  )
  const withKeyfile = await applyToLiveIso(withConfig, await planNetwork(withConfig, [KEYFILE], { codecs }))
  return { pristine, live: await applyToLiveIso(withKeyfile, planKargs(withKeyfile, { append: ['a=b'] })) }
}

describe('inspectIso', () => {
  it('tells what is embedded, and no secrets', async () => {
    const { live } = await customized()
    const inspection = await inspectIso(live, { codecs })
    expect(inspection).toMatchObject({
      isCustomized: true,
      problems: [],
      keyfiles: [{ name: 'wifi.nmconnection', id: 'Office', type: 'wifi', interfaceName: 'wlan0' }],
      ignition: {
        version: '3.3.0',
        files: ['/etc/secret', '/etc/coreos/installer.d/0000-a.yaml'],
        units: ['a.service'],
        users: ['core'],
        merges: ['inline', 'https://…@example.com/more.ign?…'],
        certificateAuthorityCount: 1,
        inlineConfigs: [{ version: '3.4.0', files: ['/etc/inner'] }],
        installerConfigs: [{ text: 'dest-device: /dev/sda\nignition-url: https://…@example.com/a.ign\n' }],
      },
    })
    expect(inspection.kargs?.current).toBe(`${inspection.kargs?.default} a=b`)
    expect(JSON.stringify(inspection)).not.toContain('hunter2')
  })

  it('shows secrets when it is asked to', async () => {
    const { live } = await customized()
    const { secrets } = await inspectIso(live, { codecs, showSecrets: true })
    expect(secrets?.ignition).toBe(JSON.stringify(CONFIG))
    expect(secrets?.keyfiles['wifi.nmconnection']).toContain('psk=hunter2')
  })

  it('shows a damaged embed area as a problem, and the rest of the image all the same', async () => {
    const live = await openLiveIso({}, (bytes, { embedArea }) => bytes.set(encodeUtf8('garbage'), embedArea.offset))
    const inspection = await inspectIso(live, { codecs })
    expect(inspection.problems).toEqual([expect.stringContaining('does not hold an initrd')])
    expect(inspection.isCustomized).toBe(true)
    expect(inspection.kargs?.current).toBe(inspection.kargs?.default)
  })

  it('shows each text of areas that disagree', async () => {
    const live = await openLiveIso({}, (bytes, { kargs }) => {
      bytes.set(encodeUtf8('other\n####'), kargs?.areas[1]?.offset)
    })
    const { kargs, problems, isCustomized } = await inspectIso(live, { codecs })
    expect(kargs?.current).toBeUndefined()
    expect(new Set(kargs?.areas.map((area) => area.kargs)).size).toBe(2)
    expect(problems).toHaveLength(1)
    expect(isCustomized).toBe(true)
  })

  it.each(['x86_64', 'aarch64', 'ppc64le', 's390x'] as const)('knows an image for %s', async (architecture) => {
    const { architecture: found, volumeId } = await inspectIso(await openLiveIso({ architecture }), { codecs })
    expect(found).toBe(architecture)
    expect(volumeId).toMatch(/^demo-coreos-/)
  })
})

describe('diffIsos', () => {
  it('finds no difference between an image and itself', async () => {
    const live = await openLiveIso()
    expect(await diffIsos(live, live, { codecs })).toEqual({
      isEqual: true,
      members: [],
      kargs: undefined,
      ranges: [],
      rangeCount: 0,
      isOnlyCustomized: true,
      problems: [],
    })
  })

  it('names every customization and the area of each range', async () => {
    const { pristine, live } = await customized()
    const diff = await diffIsos(pristine, live, { codecs })
    expect(diff).toMatchObject({
      isEqual: false,
      isOnlyCustomized: true,
      members: [
        { path: 'config.ign', change: 'added' },
        { path: 'etc/coreos-firstboot-network/wifi.nmconnection', change: 'added' },
      ],
    })
    expect(diff.kargs?.b[0]).toBe(`${diff.kargs?.a[0]} a=b`)
    expect(diff.ranges.every(({ area }) => area !== undefined)).toBe(true)
    expect(await diffIsos(live, pristine, { codecs })).toMatchObject({
      members: [{ change: 'removed' }, { change: 'removed' }],
    })
  })

  it('tells a difference outside of all areas apart, to the byte', async () => {
    const { pristine } = await customized()
    const { offset, byteLength } = pristine.embedArea
    const changed = await openLiveIso({}, (bytes) => {
      for (const place of [offset - 1, offset, offset + byteLength - 1, offset + byteLength]) {
        bytes[place] = (bytes[place] ?? 0) ^ 0xff
      }
    })
    const { ranges, isOnlyCustomized, problems } = await diffIsos(pristine, changed, { codecs })
    expect(isOnlyCustomized).toBe(false)
    expect(ranges).toEqual([
      { offset: offset - 1, byteLength: 1, area: undefined },
      { offset, byteLength: 1, area: expect.stringContaining('embed area') },
      { offset: offset + byteLength - 1, byteLength: 1, area: expect.stringContaining('embed area') },
      { offset: offset + byteLength, byteLength: 1, area: undefined },
    ])
    expect(problems).toHaveLength(1)
  })
})
