import { basename, dirname } from 'node:path'
import type { Plugin } from 'esbuild'

/** The files that threads run, which are no part of the bundles: by the folder of their source, in `src/node/`. */
export const WORKERS: Readonly<Record<string, { readonly constant: string; readonly file: string }>> = {
  'codecs/xz-workers': { constant: 'XZ_WORKER_PATH', file: 'xz-worker.js' },
  'boot-partition/ext2-worker': { constant: 'EXT2_WORKER_PATH', file: 'ext2-worker.js' },
}

/**
 * Tells a bundle where the files are that threads run.
 *
 * @param directory from the folder of the bundle: `..`.
 */
export function workerPaths(directory: string): Plugin {
  return {
    name: 'worker-paths',
    setup(build) {
      build.onLoad({ filter: /[\\/]worker-path\.ts$/ }, ({ path }) => {
        const folder = `${basename(dirname(dirname(path)))}/${basename(dirname(path))}`
        const worker = WORKERS[folder]
        if (!worker) throw new Error(`No worker is known for ${path}`)
        return {
          contents: [
            "import { join } from 'node:path'",
            `export const ${worker.constant} = /* @__PURE__ */ join(import.meta.dirname, '${directory}', '${worker.file}')`,
          ].join('\n'),
          loader: 'js',
        }
      })
    },
  }
}
