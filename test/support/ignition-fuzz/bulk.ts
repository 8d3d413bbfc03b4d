import fc from 'fast-check'
import type { SpecVersion } from '../../../src/index.ts'
import { partitionsOf } from './disks.ts'
import { filesystemOf, luksOf, raidOf } from './storage.ts'
import { type Anything, boolean, Tastes, type Values } from './tastes.ts'
import { dropinName, longLine, unitName, unitText } from './unit-texts.ts'
import { sources, webUrl } from './urls.ts'
import { hashes, oddPath } from './values.ts'

const COUNT = 40

/**
 * Configs that hold many values of one grammar, most of them odd. Ignition judges them all in one run, so that limits and
 * edges are met that whole configs would have to be lucky for.
 */
export function bulkConfigs(version: SpecVersion): fc.Arbitrary<unknown> {
  const tastes = new Tastes(version, 30)
  const either = ({ good, odd }: Values): Anything =>
    fc.oneof({ weight: 1, arbitrary: good }, { weight: 2, arbitrary: odd })
  const many = (value: Anything, entryOf: (value: unknown, index: number) => object): Anything =>
    fc.array(value, { minLength: 1, maxLength: COUNT, size: 'max' }).map((values) => values.map(entryOf))
  const storage = (list: string, entries: Anything): Anything =>
    entries.map((entries) => ({ storage: { [list]: entries } }))
  const units = (entries: Anything): Anything => entries.map((entries) => ({ systemd: { units: entries } }))
  const files = (entries: Anything): Anything => storage('files', entries)
  const itself = (value: unknown): object => value as object

  const tangServers = many(either(webUrl), (url, index) => {
    return { name: `${index}`, device: '/dev/a', clevis: { tang: [{ url, thumbprint: 't' }] } }
  })
  const texts = fc.oneof(either(unitText), longLine)
  const sections = [
    files(many(either(sources([])), (source, index) => ({ path: `/f/${index}`, contents: { source } }))),
    files(
      many(either(hashes(tastes.has('3.1.0'))), (hash, index) => {
        return { path: `/f/${index}`, contents: { source: '', verification: { hash } } }
      }),
    ),
    many(fc.tuple(oddPath, oddPath, boolean), itself).map((triples) => {
      const [directories, links, other] = [0, 1, 2].map((rest) =>
        (triples as [string, string, boolean][]).filter((_, index) => index % 3 === rest),
      )
      return {
        storage: {
          directories: directories?.map(([path]) => ({ path })),
          links: links?.map(([path, target, hard]) => ({ path, target, hard })),
          files: other?.map(([path]) => ({ path })),
        },
      }
    }),
    units(
      many(fc.tuple(texts, boolean), (text, index) => {
        const [contents, enabled] = text as [string, boolean]
        return { name: `u${index}.service`, enabled, contents }
      }),
    ),
    units(
      many(fc.tuple(either(unitName), either(dropinName)), (names) => {
        const [unit, dropin] = names as [string, string]
        return { name: unit, dropins: [{ name: dropin }] }
      }),
    ),
    storage(
      'disks',
      many(partitionsOf(tastes), (partitions, index) => ({ device: `/dev/${index}`, partitions })),
    ),
    storage('filesystems', many(filesystemOf(tastes), itself)),
    storage('raid', many(raidOf(tastes), itself)),
    ...(tastes.has('3.2.0') ? [storage('luks', many(luksOf(tastes), itself)), storage('luks', tangServers)] : []),
  ]
  return fc.noBias(fc.oneof(...sections)).map((section) => ({ ignition: { version }, ...(section as object) }))
}
