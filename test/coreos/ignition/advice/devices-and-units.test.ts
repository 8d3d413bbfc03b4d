import { describe, expect, it } from 'vitest'
import { type AdviceCase, adviceOf, configOf } from './advice-case.ts'

describe('findAdvice', () => {
  it.each<AdviceCase>([
    // devices
    {
      name: 'names of disks that change, wherever they stand',
      parts: {
        storage: {
          disks: [{ device: '/dev/sda' }],
          filesystems: [{ device: '/dev/sdaa1' }],
          luks: [{ name: 'a', device: '/dev/hda' }],
          raid: [{ name: 'r', level: 'raid1', devices: ['/dev/md/x', '/dev/sdb'] }],
        },
      },
      advice: [
        'unstable-device-name $.storage.disks.0.device',
        'unstable-device-name $.storage.filesystems.0.device',
        'unstable-device-name $.storage.luks.0.device',
        'unstable-device-name $.storage.raid.0.devices.1',
      ],
    },
    {
      name: 'names of disks that stay',
      parts: {
        storage: { disks: [{ device: '/dev/disk/by-id/sda' }, { device: '/dev/vda' }, { device: '/dev/sdx/y' }] },
      },
      advice: [],
    },
    {
      name: 'two filesystems at one place',
      parts: {
        storage: {
          filesystems: [
            { device: '/dev/a', format: 'xfs', path: '/var' },
            { device: '/dev/b', format: 'xfs', path: '/var' },
            { device: '/dev/c', format: 'swap', path: '/var' },
          ],
        },
      },
      advice: ['mount-point-repeated $.storage.filesystems.1.path', 'mount-point-unused $.storage.filesystems.2.path'],
    },
    {
      name: 'an array of spares only',
      parts: { storage: { raid: [{ name: 'r', level: 'raid1', devices: ['/dev/x', '/dev/y'], spares: 2 }] } },
      advice: ['raid-spares-too-many $.storage.raid.0.spares'],
    },
    {
      name: 'partition numbers that no table has',
      parts: {
        storage: { disks: [{ device: '/dev/a', partitions: [128, 129, -1].map((number) => ({ number })) }] },
      },
      advice: [1, 2].map((index) => `partition-number-out-of-range $.storage.disks.0.partitions.${index}.number`),
    },
    {
      name: 'an array with a spare',
      parts: { storage: { raid: [{ name: 'r', level: 'raid1', devices: ['/dev/x', '/dev/y'], spares: 1 }] } },
      advice: [],
    },

    // units
    {
      name: 'units that are masked and more',
      parts: {
        systemd: {
          units: [
            { name: 'a.service', mask: true, enabled: true },
            { name: 'b.service', mask: true, contents: '[Service]\nExecStart=/a\n' },
            { name: 'c.service', mask: true },
          ],
        },
      },
      advice: ['unit-masked $.systemd.units.0.enabled', 'unit-masked $.systemd.units.1.contents'],
    },
    {
      name: 'lines of units that end in CR and LF',
      parts: {
        systemd: {
          units: [{ name: 'a.service', contents: '[Service]\r\n', dropins: [{ name: 'a.conf', contents: '\r\n' }] }],
        },
      },
      advice: [
        'unit-line-endings $.systemd.units.0.contents',
        'unit-line-endings $.systemd.units.0.dropins.0.contents',
      ],
    },
    {
      name: 'lines of units that are too long, where Ignition does not notice them',
      parts: {
        systemd: {
          units: ['A=', 'B=='].map((start, index) => {
            const contents = `[Unit]\n${'#\n'.repeat(1500)}${start}${'é'.repeat(1022)}=\n`
            return { name: `${index}.service`, contents, dropins: [{ name: 'a.conf', contents }] }
          }),
        },
      },
      advice: [
        'unit-line-too-long $.systemd.units.1.contents',
        'unit-line-too-long $.systemd.units.1.dropins.0.contents',
      ],
    },
    {
      name: 'instances of a timer without [Install]',
      parts: {
        systemd: {
          units: [
            { name: 'a@.timer', contents: '[Timer]\nOnBootSec=1\n' },
            { name: 'a@x.timer', enabled: true },
            { name: 'b@.timer', contents: '[Install]\nWantedBy=timers.target\n' },
            { name: 'b@x.timer', enabled: true },
            { name: 'c@x.timer', enabled: true },
          ],
        },
      },
      advice: ['instance-no-install-section $.systemd.units.1.enabled'],
    },

    // versions
    {
      name: 'an experimental version',
      parts: {},
      version: '3.7.0-experimental',
      advice: ['experimental-version $.ignition.version'],
    },
    {
      name: 'what only newer rules refuse',
      parts: { storage: { links: [{ path: '/etc/a', target: '' }] } },
      version: '3.2.0',
      advice: ['refused-at-boot $.storage.links.0.target'],
    },
  ])('gives $name: $advice', ({ parts, version, advice }) => {
    expect(adviceOf(configOf(parts, version))).toEqual(advice)
  })
})
