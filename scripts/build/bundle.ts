import { basename, parse } from 'node:path'
import { type BuildOptions, build } from 'esbuild'
import packageJson from '../../package.json' with { type: 'json' }
import { type CommandGroup, isGroup } from '../../src/cli/command-tree.ts'
import { rootGroup } from '../../src/cli/commands/index.ts'
import { lazyBuiltins } from './lazy-builtins.ts'
import { WORKERS, workerPaths } from './worker-paths.ts'

/** Packages that go into the bundle of the command line, since finding them among others costs 5 ms at each start. */
export const BUNDLED_PACKAGES: readonly string[] = ['commander', 'yaml']

const COMMON: BuildOptions = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  // The oldest Node of package.json's "engines".
  target: `node${packageJson.engines.node.replace('>=', '')}`,
  logLevel: 'warning',
}

/** The two entries of the library, as readable modules that bundlers can take further: nothing is minified or replaced. */
export async function bundleLibrary(): Promise<void> {
  await build({
    ...COMMON,
    entryPoints: { index: 'src/index.ts', node: 'src/node/index.ts' },
    outdir: 'dist',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    packages: 'external',
    plugins: [workerPaths('.')],
  })
}

/** What the threads of both bundles run, beside the library's entries: one file each, as every thread loads it anew. */
export async function bundleWorkers(): Promise<void> {
  await build({
    ...COMMON,
    entryPoints: Object.entries(WORKERS).map(([folder, { file }]) => ({
      in: `src/node/${folder}/worker.ts`,
      out: parse(file).name,
    })),
    outdir: 'dist',
    packages: 'external',
  })
}

/**
 * The command line, made to start fast: one file that holds everything, since each further file costs more than the code in
 * it, and a small one that runs it with the code that V8 compiled the last time. Modules run when they are imported, as
 * they would on their own, and built-in modules wait until they are used. Names are short, since each of them is looked up
 * when kept code is loaded; a source map, which is not part of the package, tells what the stack of a bug report means.
 */
export async function bundleCommandLine(): Promise<void> {
  const options: BuildOptions = {
    ...COMMON,
    external: Object.keys(packageJson.dependencies).filter((name) => !BUNDLED_PACKAGES.includes(name)),
    minify: true,
    lineLimit: 160,
    outdir: 'dist/bin',
    // yaml's build for Node calls require(), which the bundle has not.
    alias: { yaml: './node_modules/yaml/browser/index.js' },
    // A script has no import.meta; loadBundle() gives it a module.path.
    define: { 'import.meta.dirname': 'module.path' },
    plugins: [lazyBuiltins(), workerPaths('..')],
  }
  const { metafile } = await build({
    ...options,
    format: 'cjs',
    entryPoints: ['src/cli/command-line.ts'],
    entryNames: '[name]-[hash]',
    outExtension: { '.js': '.cjs' },
    banner: { js: '(function (module, require) {' },
    supported: { 'dynamic-import': false }, // becomes require(), as packages that are no part of the bundle need it
    footer: { js: '})' },
    sourcemap: 'external',
    metafile: true,
  })
  const path = Object.keys(metafile.outputs).find((output) => output.endsWith('.cjs')) ?? ''
  const bundle = { build: parse(path).name, commands: listCommandWords(rootGroup) }
  await build({
    ...options,
    define: {},
    stdin: {
      contents: [
        '#!/usr/bin/env node',
        "import { startBundle } from './src/cli/startup/start-bundle.ts'",
        `const path = import.meta.dirname + '/${basename(path)}'`,
        `await startBundle({ path, ...${JSON.stringify(bundle)} })`,
      ].join('\n'),
      resolveDir: '.',
      sourcefile: 'isokit.ts',
      loader: 'ts',
    },
    entryNames: 'isokit',
  })
}

/** The words of each command; no module of theirs is loaded. */
function listCommandWords(group: CommandGroup, words: readonly string[] = []): readonly string[] {
  return Object.entries(group.commands).flatMap(([name, node]) =>
    isGroup(node) ? listCommandWords(node, [...words, name]) : [[...words, name].join(' ')],
  )
}
