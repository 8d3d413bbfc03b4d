import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { Script } from 'node:vm'
import type { CodeCache } from './code-cache.ts'

/** A bundle that has been run. */
export interface LoadedBundle {
  /** What it exports. */
  readonly exports: unknown
  /** Keeps what V8 has compiled up to now, unless that was there already. */
  keepCode(): void
}

/**
 * Runs a bundle with the code that V8 compiled for it in an earlier run. The bundle is a script that gives a function,
 * which takes a `module`, and a `require` for the few packages that are no part of the bundle: scripts have no `import()`
 * that Node would not warn of.
 *
 * Node has a compile cache too, but it keeps what has been compiled when a module is loaded. V8 compiles most functions
 * when they are first called, and for a small command that is a third of its time above Node's own start.
 *
 * @param name Whose functions are kept together, such as those of one command.
 */
export function loadBundle(path: string, name: string, cache: CodeCache | undefined): LoadedBundle {
  const cachedData = cache?.read(name)
  const source = readFileSync(path, 'latin1') // it is ASCII, which this reads fastest
  const script = new Script(source, {
    filename: path,
    ...(cachedData && { cachedData }),
  })
  const module = { path: dirname(path), exports: {} } // named as CommonJS names them
  script.runInThisContext()(module, (id: string) => createRequire(path)(id))
  return {
    exports: module.exports,
    keepCode() {
      if (!cachedData || script.cachedDataRejected) cache?.write(name, script.createCachedData())
    },
  }
}
