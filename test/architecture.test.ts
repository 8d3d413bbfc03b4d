import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { scanImports } from '../scripts/syntax/scan-imports.ts'
import { type Adapter, findViolations, MAX_LINE_COUNT } from './support/architecture.ts'

/** Every runtime dependency, behind the one file that may know it. */
const ADAPTERS: Readonly<Record<string, Adapter>> = {
  commander: { within: 'src/cli/program.ts', isLazy: false },
  ext2fs: { within: 'src/node/boot-partition/ext2-filesystem.ts', isLazy: true },
  openpgp: { within: 'src/node/openpgp/library.ts', isLazy: true },
  undici: { within: 'src/node/http/client.ts', isLazy: true },
  yaml: { within: 'src/coreos/installer-config/read-yaml.ts', isLazy: true },
}

const root = new URL('../', import.meta.url)

function readTree(): ReadonlyMap<string, string> {
  const paths = globSync('{src,bin,scripts,test}/**/*.ts', { cwd: root }).map((path) => path.replaceAll('\\', '/'))
  return new Map(paths.sort().map((path) => [path, readFileSync(new URL(path, root), 'utf8')]))
}

describe('the tree', () => {
  it('keeps its rooms in order, behind their faces, with one adapter for each dependency', () => {
    expect(findViolations({ files: readTree(), adapters: ADAPTERS })).toEqual([])
  })

  it('has an adapter for every runtime dependency, and no other', () => {
    expect(Object.keys(ADAPTERS).sort()).toEqual(Object.keys(packageJson.dependencies).sort())
  })
})

describe('the checker', () => {
  const sound: Readonly<Record<string, string>> = {
    'src/errors.ts': 'export class IsokitError extends Error {}\n',
    'src/bytes/index.ts': "/** Bytes. */\nexport { alignUp } from './align.ts'\n",
    'src/bytes/align.ts': "import { IsokitError } from '../errors.ts'\n",
    'src/formats/cpio/index.ts': "/** Archives. */\nexport { decode, type Entry } from './decode.ts'\n",
    'src/formats/cpio/decode.ts': "import { alignUp } from '../../bytes/index.ts'\n",
    'src/formats/initrd/index.ts': "/** Initrds. */\nexport type { Entry } from '../cpio/index.ts'\n",
    'src/coreos/index.ts': "/** Live images. */\nexport * from './live-iso.ts'\n",
    'src/coreos/live-iso.ts': "import { Entry } from '../formats/initrd/index.ts'\n",
    'src/index.ts': "/** All. */\nexport * from './errors.ts'\nexport * from './coreos/index.ts'\n",
    'src/node/index.ts': "/** Files. */\nexport { open } from './open.ts'\n",
    'src/node/open.ts': "import { open } from 'node:fs'\nimport type { Codecs } from '../formats/initrd/index.ts'\n",
    'src/cli/main.ts': "import { open } from '../node/index.ts'\nawait import('./commands/show.ts')\n",
    'src/cli/commands/show.ts': "import { IsokitError } from '../../index.ts'\n",
    'src/service/index.ts': "/** Service. */\nexport { open } from '../node/index.ts'\n",
    'bin/isokit.ts': "import { main } from '../src/cli/main.ts'\n",
  }

  function check(
    changed: Readonly<Record<string, string>>,
    adapters: Readonly<Record<string, Adapter>> = {},
  ): readonly string[] {
    return findViolations({ files: new Map(Object.entries({ ...sound, ...changed })), adapters })
  }

  it('accepts a sound tree', () => {
    expect(check({})).toEqual([])
  })

  const align = 'src/bytes/align.ts'
  const live = 'src/coreos/live-iso.ts'
  const main = 'src/cli/main.ts'
  it.each([
    {
      name: 'a room that imports a later one',
      path: align,
      text: "import '../coreos/index.ts'",
      says: 'coreos comes after bytes',
    },
    {
      name: 'a type of a later room',
      path: align,
      text: "import type { A } from '../index.ts'",
      says: 'index comes after',
    },
    {
      name: 'a re-export of a later room',
      path: align,
      text: "export { A } from '../index.ts'",
      says: 'index comes after',
    },
    {
      name: 'a type query of a later room',
      path: align,
      text: "type A = typeof import('../index.ts')",
      says: 'comes after',
    },
    { name: 'a late import of a later room', path: align, text: "await import('../index.ts')", says: 'comes after' },
    {
      name: 'a room entered past its face',
      path: live,
      text: "import '../bytes/align.ts'",
      says: 'past the face of src/bytes',
    },
    {
      name: 'a format entered past its face',
      path: live,
      text: "import '../formats/cpio/decode.ts'",
      says: 'past the face',
    },
    {
      name: 'node: in a pure room',
      path: live,
      text: "import { readFile } from 'node:fs'",
      says: 'node:fs in a pure room',
    },
    { name: 'node: loaded late in a pure room', path: live, text: "await import('node:fs')", says: 'in a pure room' },
    {
      name: 'a command line that knows the service',
      path: main,
      text: "import '../service/index.ts'",
      says: 'comes after cli',
    },
    { name: 'a product that imports tests', path: main, text: "import '../../test/x.ts'", says: 'does not exist' },
    { name: 'a module that is not there', path: main, text: "import './nowhere.ts'", says: 'does not exist' },
    { name: 'a package that is no dependency', path: main, text: "import 'left-pad'", says: 'no runtime dependency' },
    { name: 'a computed import', path: main, text: 'await import(name)', says: 'computes the name' },
    {
      name: 'a bin that does more than start',
      path: 'bin/isokit.ts',
      text: "import '../src/node/index.ts'",
      says: 'starts',
    },
    { name: 'an unknown room', path: 'src/utils/index.ts', text: '', says: 'src/utils is no room' },
    { name: 'a room without a face', path: 'src/operations/plan.ts', text: '', says: 'operations has no face' },
    { name: 'a format without a face', path: 'src/formats/gpt/entry.ts', text: '', says: 'gpt has no face' },
    { name: 'a face with logic', path: 'src/index.ts', text: '/** All. */\nexport const a = 1', says: 'has logic' },
    {
      name: 'a face that says nothing',
      path: 'src/index.ts',
      text: "export * from './errors.ts'",
      says: 'does not open with',
    },
    {
      name: 'a long file',
      path: align,
      text: '\n'.repeat(MAX_LINE_COUNT + 1),
      says: `has ${MAX_LINE_COUNT + 1} lines`,
    },
    { name: 'a name in camelCase', path: 'src/bytes/alignUp.ts', text: '', says: 'kebab-case' },
  ])('finds $name', ({ path, text, says }) => {
    expect(check({ [path]: text })).toEqual([expect.stringContaining(says)])
  })

  it('finds a product that imports its tests', () => {
    const files = { 'src/cli/main.ts': "import '../../test/support/x.ts'", 'test/support/x.ts': '' }
    expect(check(files)).toEqual([expect.stringContaining('no part of the product')])
  })

  it('finds a service that knows the command line', () => {
    const violations = check({ 'src/service/routes.ts': "import '../cli/main.ts'" })
    expect(violations).toContainEqual(expect.stringContaining('strangers'))
  })

  it('accepts a file of the last length that fits', () => {
    expect(check({ 'src/bytes/align.ts': '\n'.repeat(MAX_LINE_COUNT) })).toEqual([])
  })

  it.each([
    {
      name: 'in a second file',
      files: ['src/cli/program.ts', 'src/cli/help.ts'],
      text: "import { Command } from 'commander'",
    },
    { name: 'in a wrong file', files: ['src/cli/help.ts'], text: "import { Command } from 'commander'" },
    { name: 'nowhere', files: [], text: '' },
    { name: 'before it is needed', files: ['src/node/codec.ts'], text: "import codec from '@scope/codec'" },
  ])('finds a dependency imported $name', ({ files, text }) => {
    const isCodec = text.includes('codec')
    const adapters = isCodec
      ? { '@scope/codec': { within: 'src/node/', isLazy: true } }
      : { commander: { within: 'src/cli/program.ts', isLazy: false } }
    expect(check(Object.fromEntries(files.map((path) => [path, text])), adapters)).not.toEqual([])
  })

  it('accepts a dependency that one adapter loads when it is needed, with its types', () => {
    const text = "import type { A } from '@scope/codec'\nconst codec = await import('@scope/codec/fast')"
    const adapters = { '@scope/codec': { within: 'src/node/', isLazy: true } }
    expect(check({ 'src/node/codec.ts': text }, adapters)).toEqual([])
  })
})

describe('the import scanner', () => {
  it.each([
    { name: 'over several lines', text: "import {\n  a,\n  type B,\n} from './x.ts'", kind: 'static' },
    { name: 'for its effects', text: "import './x.ts'", kind: 'static' },
    { name: 'of everything', text: "import * as x from './x.ts'", kind: 'static' },
    { name: 'of types', text: "import type { A } from './x.ts'", kind: 'type' },
    { name: 'of a default called type', text: "import type from './x.ts'", kind: 'static' },
    { name: 'when it runs', text: "const load = () => import('./x.ts')", kind: 'dynamic' },
    { name: 'behind a regular expression', text: "const q = /['\"`]/\nimport './x.ts'", kind: 'static' },
    { name: 'behind a division', text: "const q = a / b\nimport './x.ts' // '", kind: 'static' },
    {
      name: 'inside a template',
      text: `const q = \`\${a ? \`\${await import('./x.ts')}\` : { b: '}' }}\``,
      kind: 'dynamic',
    },
    { name: 'as a re-export', text: "export * from './x.ts'", kind: 'static' },
    { name: 'as a named re-export', text: "export {\n  a as b,\n} from './x.ts'", kind: 'static' },
    { name: 'as a re-export of types', text: "export type { A } from './x.ts'", kind: 'type' },
    { name: 'with attributes', text: "import x from './x.ts' with { type: 'json' }", kind: 'static' },
  ])('finds an import $name', ({ text, kind }) => {
    expect(scanImports(text)).toMatchObject([{ specifier: './x.ts', kind }])
  })

  it.each([
    { name: 'a comment', text: "// import './x.ts'\n/* import './x.ts' */" },
    { name: 'a string', text: 'const q = "import \'./x.ts\'"' },
    { name: 'a template', text: "const q = `import './x.ts'`" },
    { name: 'a regular expression', text: "const q = /import '.\\/x.ts'/" },
    { name: 'a property', text: "q.import('./x.ts')" },
    { name: 'import.meta', text: "new URL('./x.ts', import.meta.url)" },
    { name: 'an export of its own', text: "export { a }\nexport const from = './x.ts'" },
  ])('finds none in $name', ({ text }) => {
    expect(scanImports(text)).toEqual([])
  })

  it('says on which line', () => {
    expect(scanImports("\n/*\n*/ import './x.ts'")).toMatchObject([{ line: 3 }])
  })
})
