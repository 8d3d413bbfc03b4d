/**
 * miniso.dat: what it takes to cut a small ISO image out of a large one that has the same files and more.
 *
 * A table says which runs of bytes the two images share, and an xz stream holds the rest of the small image: descriptors,
 * directories, padding. Version 1, the only one there is, is read and written. Runs are counted in bytes here; the file
 * counts them in sectors of 2048 bytes, with which every file of an ISO image starts.
 *
 * Left out: minimal images whose rest has more than 64 MiB. Real ones have about one.
 */
export { decodeMiniso } from './decode-miniso.ts'
export { encodeMiniso } from './encode-miniso.ts'
export { MAX_MINISO_BYTE_LENGTH, MAX_REST_BYTE_LENGTH } from './layout.ts'
export type { Miniso, SharedRun } from './miniso.ts'
export { rebuildMinimalImage } from './rebuild-minimal-image.ts'
export { readRest, type SharedExtents, shareRuns } from './share-runs.ts'
