import { gzip } from 'node:zlib'

// `constants` of node:zlib would load it at the start of every command.
const HIGHEST_LEVEL = 9

const OS_OFFSET = 9
const OS_UNKNOWN = 255

/**
 * Compresses bytes to one gzip member at the highest level. Equal bytes give equal members on every system: there is no name
 * and no time in it, and no operating system.
 *
 * Layout: RFC 1952.
 */
export function encodeGzip(bytes: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    gzip(bytes, { level: HIGHEST_LEVEL }, (error, compressed) => {
      if (error) return reject(error)
      const member = new Uint8Array(compressed.buffer, compressed.byteOffset, compressed.byteLength)
      member[OS_OFFSET] = OS_UNKNOWN // zlib writes that of its host
      resolve(member)
    })
  })
}
