import { type BuildOptions, build } from 'esbuild'
import packageJson from '../../package.json' with { type: 'json' }
import { lazyBuiltins } from './lazy-builtins.ts'

/** Packages that go into the bundle of the command line, since finding them among others costs 5 ms at each start. */
export const BUNDLED_PACKAGES: readonly string[] = ['commander']

const COMMON: BuildOptions = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  // The oldest Node of package.json's "engines".
  target: `node${packageJson.engines.node.replace('>=', '')}`,
  outdir: 'dist',
  logLevel: 'warning',
}

/** The two entries of the library, as readable modules that bundlers can take further: nothing is minified or replaced. */
export async function bundleLibrary(): Promise<void> {
  await build({
    ...COMMON,
    entryPoints: { index: 'src/index.ts', node: 'src/node/index.ts' },
    chunkNames: 'chunks/[name]-[hash]',
    packages: 'external',
  })
}

/**
 * The command line, made to start fast: a command loads the chunks that it needs, white space is gone, and built-in
 * modules wait until they are used. Names stay, for the stacks in bug reports.
 */
export async function bundleCommandLine(): Promise<void> {
  await build({
    ...COMMON,
    entryPoints: { 'bin/isokit': 'bin/isokit.ts' },
    chunkNames: 'bin/chunks/[name]-[hash]',
    external: Object.keys(packageJson.dependencies).filter((name) => !BUNDLED_PACKAGES.includes(name)),
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: [lazyBuiltins()],
  })
}
