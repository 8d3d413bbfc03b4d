import { expect, it } from 'vitest'
import { type IgnitionConfig, mergeIgnitions, valuePaths } from '../../../../src/index.ts'

const special = (version: IgnitionConfig['ignition']['version'], path: string): IgnitionConfig => {
  return { ignition: { version }, storage: { files: [{ path, mode: 0o4755 }] } }
}

it('tells what upgrading each config changed', () => {
  const inputs = [
    { name: 'old', config: special('3.3.0', '/a') },
    { name: 'new', config: special('3.6.0', '/b') },
  ]
  const { config, upgrades } = mergeIgnitions(inputs)
  expect(config.storage?.files?.map(({ mode }) => mode)).toEqual([0o755, 0o4755])
  expect(upgrades).toMatchObject([
    { input: { name: 'old' }, changes: [{ kind: 'mode-bits-cleared', path: ['storage', 'files', 0, 'mode'] }] },
  ])
})

it('lists the path of every value in the order in which Ignition writes them', () => {
  const config: IgnitionConfig = {
    storage: { files: [{ path: '/a', contents: { source: '' }, user: { id: 1 }, overwrite: false }] },
    passwd: { users: [{ name: 'u', groups: ['a', 'b'], uid: undefined }] },
    ignition: { version: '3.4.0' },
  }
  expect(valuePaths(config).map((path) => path.join('.'))).toEqual([
    'ignition.version',
    'passwd.users.0.groups.0',
    'passwd.users.0.groups.1',
    'passwd.users.0.name',
    'storage.files.0.overwrite',
    'storage.files.0.path',
    'storage.files.0.user.id',
    'storage.files.0.contents.source',
  ])
})
