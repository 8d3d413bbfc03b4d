/** Files that stand for disks: sparse, complete or not there, made without root on any system. */
export { createDiskFile, type DiskFileOptions, type DiskFileTarget } from './create-disk-file.ts'
