/**
 * Entries of the Boot Loader Specification, as they are on disk in `loader/entries/*.conf`: a keyword and its value a line.
 *
 * Supported: changing the kernel command line of an entry that has one. Left out: what the other keywords mean, several
 * `options` lines, and the order in which boot loaders show entries.
 */
export { type BlsEntry, formatBlsEntry, parseBlsEntry } from './bls-entry.ts'
