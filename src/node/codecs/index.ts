/** What early rooms need for compression, supplied by Node: {@link nodeCodecs}. */
export { nodeCodecs } from './node-codecs.ts'
