import { expect, it } from 'vitest'
import { checkMemberPath } from '../../../src/formats/initrd/index.ts'

it.each([
  'a',
  'a/b',
  '.a',
  '..a',
  'a..',
  'a/...',
  'ä:b',
  'usr/lib/systemd/system/dev-disk-by\\x2dlabel.device',
  'etc/coreos-firstboot-network/a b.nmconnection',
])('accepts %j', (path) => {
  expect(checkMemberPath(path)).toBe(path)
})

it.each(['../f', '..', 'a/..', 'a/../b', '/etc/adjtime', '/', '', 'C:x', 'c:/x', 'a\\..\\b', '\\a', 'a\0b'])(
  'refuses %j, whichever system unpacks it',
  (path) => {
    const error = expect.objectContaining({ code: 'PATH_TRAVERSAL', message: expect.stringContaining('traversal') })
    expect(() => checkMemberPath(path)).toThrow(error)
  },
)
