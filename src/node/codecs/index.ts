/** What early rooms need for compression, supplied by Node: {@link nodeCodecs}, {@link encodeGzip}. */
export { encodeGzip } from './encode-gzip.ts'
export { nodeCodecs } from './node-codecs.ts'
