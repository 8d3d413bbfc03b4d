/**
 * Entries of the Boot Loader Specification, as they are on disk in `loader/entries/*.conf`: a keyword and its value a line.
 *
 * Supported: changing the kernel command line of an entry that has one, and which initrds it names. Left out: the other
 * keywords, several `options` lines, and the order in which boot loaders show entries.
 */
export { type BlsEntry, formatBlsEntry, initrdsOf, parseBlsEntry } from './bls-entry.ts'
