import { join } from 'node:path'

/** The file that the thread runs. Builds have another one, see `scripts/build/worker-paths.ts`. */
export const EXT2_WORKER_PATH: string = join(import.meta.dirname, 'worker.ts')
