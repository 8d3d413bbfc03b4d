import fc from 'fast-check'
import { disksOf } from './disks.ts'
import { resourcesOf } from './resources.ts'
import { type Anything, boolean, itself, oneOf, type Tastes } from './tastes.ts'
import { sources, webUrl } from './urls.ts'
import { anyText, device as devicePath, integer, mode, name, oddPath, pathBelow, textUpTo } from './values.ts'

interface Keyed {
  readonly path?: string
  readonly name?: string
  readonly device?: string
}

/** The section `storage`. */
export function storageOf(tastes: Tastes): Anything {
  const byName = ({ name }: Keyed): unknown => name ?? ''
  const byDevice = ({ device }: Keyed): unknown => device ?? ''
  return tastes.object(
    {},
    {
      ...nodesOf(tastes),
      disks: disksOf(tastes),
      filesystems: tastes.list(filesystemOf(tastes), byDevice),
      raid: tastes.list(raidOf(tastes), byName),
      ...tastes.since('3.2.0', { luks: tastes.list(luksOf(tastes), byName) }),
    },
  )
}

function nodesOf(tastes: Tastes): Readonly<Record<string, Anything>> {
  const { contents, sourced } = resourcesOf(tastes)
  const byPath = ({ path }: Keyed): unknown => path ?? ''
  const owner = tastes.pick({
    good: fc.oneof(
      tastes.object({}, { id: integer }),
      tastes.object({}, { name }),
      fc.record({ id: integer, name: fc.constant('') }),
    ),
    odd: fc.record({ id: integer, name }),
  })
  const node = (folder: string, maxDepth = 3): Readonly<Record<'required' | 'optional', Record<string, Anything>>> => ({
    required: {
      path: tastes.pick({ good: fc.oneof(oneOf(`${folder}/a`), pathBelow(folder, maxDepth)), odd: oddPath }),
    },
    optional: { user: owner, group: owner },
  })
  const list = (elements: Anything): Anything => tastes.list(elements, byPath)

  const [inFolder, ofFile, ofLink] = [node('/d'), node('/f'), node('/l', 1)] // no path may go through a link
  const modeOf = tastes.pick(mode)
  const directory = tastes.object(inFolder.required, { ...inFolder.optional, overwrite: boolean, mode: modeOf })
  const fileFields = { ...ofFile.optional, append: tastes.repeating(contents), mode: modeOf }
  const file = fc.oneof(
    tastes.object({ ...ofFile.required, contents: sourced }, { ...fileFields, overwrite: boolean }),
    tastes.object(ofFile.required, {
      ...fileFields,
      contents,
      overwrite: tastes.pick({ good: fc.constant(false), odd: boolean }, 2),
    }),
  )
  const target = tastes.pick(
    { good: oneOf('/f/a', 'a', '../b', ' '), odd: oneOf('', null, '', '/d/a', '/d//b', '../../d/c', '/', '/a') },
    3,
  )
  const someLink = tastes.object(
    { ...ofLink.required, target },
    { ...ofLink.optional, overwrite: boolean, hard: boolean },
  )
  const toDirectory = fc.record({
    path: oneOf('/l/a', '/l/b', '/d/b'),
    target: oneOf('/d/a', '/d//a', '../../d/a', '/d/b', '/d'),
    hard: fc.constant(true),
  })
  const link = tastes.pick({ good: someLink, odd: toDirectory }, 3)
  return { directories: list(directory), files: list(file), links: list(link) }
}

const FILESYSTEM_LABELS = { ext4: 16, btrfs: 256, xfs: 12, swap: 15, vfat: 11 }

/** One filesystem. */
export function filesystemOf(tastes: Tastes): Anything {
  const device = tastes.pick(devicePath)
  const path = tastes.pick({ good: fc.oneof(pathBelow('/mnt'), oneOf('/', '')), odd: oddPath })
  const options = tastes.repeating(oneOf('-a', '-b', ''))
  const common = {
    path,
    options,
    uuid: anyText,
    wipeFilesystem: boolean,
    ...tastes.since('3.1.0', { mountOptions: options }),
  }
  const formats = Object.entries(FILESYSTEM_LABELS).map(([format, maxByteLength]) =>
    tastes.object({ device, format: fc.constant(format) }, { ...common, label: tastes.pick(textUpTo(maxByteLength)) }),
  )
  const bare = tastes.object({ device }, { format: fc.constant(''), label: fc.constant('') })
  const none = tastes.object({ device, format: fc.constant('none') }, { ...common, label: anyText })
  const virtiofs = tastes.object(
    { device: tastes.pick(textUpTo(36)).filter((tag) => tag !== ''), format: fc.constant('virtiofs') },
    { path },
  )
  const odd = tastes.object(
    { device },
    { ...common, format: oneOf('', 'none', 'EXT4', 'virtiofs', 'vfat', ' '), label: oneOf('', 'l'.repeat(20)) },
  )
  const good = fc.oneof(
    ...formats,
    bare,
    ...(tastes.has('3.3.0') ? [none] : []),
    ...(tastes.has('3.7.0-experimental') ? [virtiofs] : []),
  )
  return tastes.pick({ good, odd }, 2)
}

/** One array. */
export function raidOf(tastes: Tastes): Anything {
  const devices = tastes.pick({
    good: tastes.list(tastes.pick(devicePath), itself, { minLength: 1 }),
    odd: oneOf([], null, ['/dev/a', '/dev/a']),
  })
  const required = { name: fc.oneof(name, anyText), devices }
  const options = tastes.repeating(oneOf('-a', '-b'))
  const bad = oneOf('', '', 'RAID1', 'raid-1', '2')
  const striped = tastes.object(
    { ...required, level: tastes.pick({ good: oneOf('linear', 'raid0', '0', 'stripe'), odd: bad }, 2) },
    { options, spares: tastes.pick({ good: fc.constant(0), odd: oneOf(1, -1) }, 4) },
  )
  const others = ['raid1', '1', 'mirror', 'raid4', '4', 'raid5', '5', 'raid6', '6', 'raid10', '10']
  const mirrored = tastes.object(
    { ...required, level: tastes.pick({ good: oneOf(...others), odd: bad }) },
    { options, spares: integer },
  )
  return fc.oneof(striped, mirrored)
}

/** One encrypted volume. */
export function luksOf(tastes: Tastes): Anything {
  const { contents } = resourcesOf(tastes)
  const keyFile = tastes.pick({ good: contents, odd: fc.record({ source: sources([]).odd }) }, 3)
  const options = tastes.repeating(oneOf('-a', '-b'))
  const fields = {
    options,
    label: tastes.pick(textUpTo(47)),
    uuid: anyText,
    wipeVolume: boolean,
    ...tastes.since('3.4.0', { discard: boolean, openOptions: tastes.list(oneOf('-a', '-b'), itself) }),
  }
  const required = {
    name: tastes.pick({ good: oneOf('a', 'b', 'é', ''), odd: oneOf('a/b', '/', 'a') }, 2),
    device: tastes.pick(devicePath),
  }
  const clevis = clevisOf(tastes)
  const clevisOrKey = tastes.object(required, { ...fields, keyFile, clevis })
  if (!tastes.has('3.5.0')) return clevisOrKey
  const cex = tastes.object({}, { enabled: boolean })
  return tastes.pick({
    good: fc.oneof(clevisOrKey, tastes.object(required, { ...fields, cex })),
    odd: tastes.object(required, { ...fields, keyFile, clevis, cex }),
  })
}

function clevisOf(tastes: Tastes): Anything {
  const tang = tastes.object(
    {
      url: tastes.pick(webUrl),
      thumbprint: tastes.pick({ good: oneOf('t', ' '), odd: oneOf('', null) }, 2),
    },
    tastes.since('3.4.0', {
      advertisement: tastes.pick({ good: oneOf('', '{}', '1', ' [null] '), odd: oneOf('a', '{', ' ') }),
    }),
  )
  const pins = ['tpm2', 'tang', 'sss', ...(tastes.has('3.6.0') ? ['other'] : [])]
  const custom = tastes.object(
    {
      pin: tastes.pick({ good: oneOf(...pins), odd: oneOf('', '', 'TPM2', 'other') }, 4),
      config: tastes.pick({ good: oneOf('{}', 'c'), odd: fc.constant('') }, 2),
    },
    { needsNetwork: boolean },
  )
  const parts = { tang: tastes.list(tang, ({ url }: { url?: string }) => url ?? ''), threshold: integer, tpm2: boolean }
  const mixed = tastes.object(
    {},
    { ...parts, custom: fc.oneof(custom, tastes.object({}, { pin: anyText, needsNetwork: boolean })) },
  )
  return tastes.pick({ good: fc.oneof(tastes.object({ custom }, {}), tastes.object({}, parts)), odd: mixed }, 3)
}
