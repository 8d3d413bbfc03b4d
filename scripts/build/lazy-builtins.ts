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
        kind === 'dynamic-import'
          ? { path, namespace: 'late-builtin' }
          : { path, namespace: 'builtin', sideEffects: false },
      )
      // An import() is as late as it gets. A script, which the bundle is, can't have one.
      build.onLoad({ filter: /.*/, namespace: 'late-builtin' }, ({ path }) => ({
        contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
      }))
      build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({ contents: lazyModule(path) }))
    },
  }
}

/**
 * An ES module of which the bundle keeps what it imports: functions that load the built-in one when they are called.
 * Classes and objects can't be put off like that, and load it with the chunk that uses them.
 */
function lazyModule(path: string): string {
  const exported = Object.entries(process.getBuiltinModule(path) ?? {})
  return [
    `const load = () => process.getBuiltinModule(${JSON.stringify(path)})`,
    ...exported.map(([name, value]) => {
      const isPlainFunction = typeof value === 'function' && !/^[A-Z]/.test(name)
      return isPlainFunction
        ? `export const ${name} = (...values) => load().${name}(...values)`
        : `export const ${name} = /* @__PURE__ */ (() => load().${name})()`
    }),
    // Methods get the module itself as `this`, which those of `process` look at.
    'const use = (value) => (typeof value === "function" ? value.bind(load()) : value)',
    'export default /* @__PURE__ */ new Proxy({}, { get: (_, name) => use(load()[name]) })',
  ].join('\n')
}
