import { expect, it } from 'vitest'
import { keyringPlaces } from '../../../src/node/index.ts'

const linux = { platform: 'linux', home: '/home/me', environment: {} } as const

it.each([
  { name: 'on Linux', options: linux, folders: ['/home/me/.config/isokit/keys', '/etc/pki/rpm-gpg'] },
  {
    name: 'where the settings have moved',
    options: { ...linux, environment: { XDG_CONFIG_HOME: '/settings' } },
    folders: ['/settings/isokit/keys', '/etc/pki/rpm-gpg'],
  },
  {
    name: 'where they have moved to nowhere in particular',
    options: { ...linux, environment: { XDG_CONFIG_HOME: 'settings' } },
    folders: ['/home/me/.config/isokit/keys', '/etc/pki/rpm-gpg'],
  },
  {
    name: 'on macOS',
    options: { ...linux, platform: 'darwin', home: '/Users/me' },
    folders: ['/Users/me/Library/Application Support/isokit/keys'],
  },
  {
    name: 'on Windows',
    options: { platform: 'win32', home: 'C:\\Users\\me', environment: { APPDATA: 'D:\\Settings' } },
    folders: ['D:\\Settings\\isokit\\keys'],
  },
  {
    name: 'on Windows, without its variable',
    options: { platform: 'win32', home: 'C:\\Users\\me', environment: {} },
    folders: ['C:\\Users\\me\\AppData\\Roaming\\isokit\\keys'],
  },
  {
    name: 'with an empty variable',
    options: { ...linux, environment: { ISOKIT_KEYRING: '' } },
    folders: ['/home/me/.config/isokit/keys', '/etc/pki/rpm-gpg'],
  },
] as const)('looks for keys in the usual folders $name', ({ options, folders }) => {
  expect(keyringPlaces(options)).toEqual({ files: [], folders })
})

it.each([
  { platform: 'linux', ISOKIT_KEYRING: '/a.gpg::b.asc', files: ['/a.gpg', 'b.asc'] },
  { platform: 'win32', ISOKIT_KEYRING: 'C:\\a.gpg;b.asc', files: ['C:\\a.gpg', 'b.asc'] },
] as const)(
  'looks into nothing but the files of ISOKIT_KEYRING on $platform',
  ({ platform, ISOKIT_KEYRING, files }) => {
    expect(keyringPlaces({ ...linux, platform, environment: { ISOKIT_KEYRING } })).toEqual({ files, folders: [] })
  },
)

it('looks into nothing but the files that are given', () => {
  const environment = { ISOKIT_KEYRING: '/a.gpg' }
  expect(keyringPlaces({ ...linux, environment, files: ['b', 'c'] })).toEqual({ files: ['b', 'c'], folders: [] })
})
