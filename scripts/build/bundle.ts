import { type BuildOptions, build, type Plugin } from 'esbuild'
import packageJson from '../../package.json' with { type: 'json' }
import { lazyBuiltins } from './lazy-builtins.ts'

/** Packages that go into the bundle of the command line, since finding them among others costs 5 ms at each start. */
export const BUNDLED_PACKAGES: readonly string[] = ['commander']

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
  })
}

/**
 * The command line, made to start fast: a small file that turns the compile cache on, and one with everything else, since
 * each further file costs more than the code in it. Modules run when they are imported, as they would on their own, white
 * space is gone, and built-in modules wait until they are used. Names stay, for the stacks in bug reports.
 */
export async function bundleCommandLine(): Promise<void> {
  const options: BuildOptions = {
    ...COMMON,
    external: Object.keys(packageJson.dependencies).filter((name) => !BUNDLED_PACKAGES.includes(name)),
    minifyWhitespace: true,
    minifySyntax: true,
  }
  await build({
    ...options,
    entryPoints: ['bin/isokit.ts'],
    outfile: 'dist/bin/isokit.js',
    plugins: [leaveOut(['./main.ts', './process-host.ts'], './command-line.js')],
  })
  await build({
    ...options,
    stdin: {
      contents: "export { main } from './main.ts'\nexport { processHost } from './process-host.ts'",
      resolveDir: 'src/cli',
      loader: 'ts',
    },
    outfile: 'dist/bin/command-line.js',
    plugins: [lazyBuiltins()],
  })
}

/** Takes these modules from another file of the build. */
function leaveOut(modules: readonly string[], file: string): Plugin {
  return {
    name: 'leave-out',
    setup({ onResolve }) {
      onResolve({ filter: /^\.\// }, ({ path }) =>
        modules.includes(path) ? { path: file, external: true } : undefined,
      )
    },
  }
}
