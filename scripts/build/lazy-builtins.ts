import type { Plugin } from 'esbuild'

/**
 * Loads each of Node's own modules when something of it is first used, and not where it is imported.
 *
 * An `import` of a built-in module costs up to 5 ms, a fifth of the start of Node itself: the module is run, and an ES
 * module that repeats all of its exports is made. Commands have only a few milliseconds, and each uses few of the modules
 * that the code it shares with others imports. `process.getBuiltinModule` gives the same objects without either.
 */
export function lazyBuiltins(): Plugin {
  return {
    name: 'lazy-builtins',
    setup(build) {
      build.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
        // An import() is as late as it gets, and would find no named exports in a CommonJS module.
        kind === 'dynamic-import' ? { path, external: true } : { path, namespace: 'builtin' },
      )
      build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({ contents: lazyModule(path) }))
    },
  }
}

/** A CommonJS module with a getter for each export of the built-in one. */
function lazyModule(path: string): string {
  const names = Object.keys(process.getBuiltinModule(path) ?? {})
  return [
    `const load = () => process.getBuiltinModule(${JSON.stringify(path)})`,
    `for (const name of ${JSON.stringify(names)})`,
    '  Object.defineProperty(exports, name, { enumerable: true, get: () => load()[name] })',
  ].join('\n')
}
