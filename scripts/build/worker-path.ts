import type { Plugin } from 'esbuild'

/**
 * Tells a bundle where the file is that threads run, since that is no part of the bundle.
 *
 * @param path from the folder of the bundle.
 */
export function workerPath(path: string): Plugin {
  return {
    name: 'worker-path',
    setup(build) {
      build.onLoad({ filter: /[\\/]xz-workers[\\/]worker-path\.ts$/ }, () => ({
        contents: [
          "import { join } from 'node:path'",
          `export const XZ_WORKER_PATH = /* @__PURE__ */ join(import.meta.dirname, ${JSON.stringify(path)})`,
        ].join('\n'),
        loader: 'js',
      }))
    },
  }
}
