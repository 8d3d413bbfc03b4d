import { join } from 'node:path'

/** The file that workers run. Builds have another one, see `scripts/build/worker-paths.ts`. */
export const XZ_WORKER_PATH: string = join(import.meta.dirname, 'worker.ts')
