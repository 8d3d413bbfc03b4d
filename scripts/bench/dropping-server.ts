/**
 * Serves a file on this machine and tells the address: `node dropping-server.ts FILE DROPS`. Each answer breaks off where the
 * next of so many equal parts begins, and so does the one that continues it.
 */
import { createReadStream, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const [path = '', drops = '0'] = process.argv.slice(2)
const { size } = statSync(path)
const partByteLength = Math.ceil(size / (Number(drops) + 1))

const server = createServer((request, response) => {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
  const end = Math.min((Math.floor(start / partByteLength) + 1) * partByteLength, size)
  response.writeHead(start > 0 ? 206 : 200, {
    etag: '"image"',
    'accept-ranges': 'bytes',
    'content-length': size - start,
    ...(start > 0 ? { 'content-range': `bytes ${start}-${size - 1}/${size}` } : {}),
  })
  if (request.method === 'HEAD') return response.end()
  const part = createReadStream(path, { start, end: end - 1, highWaterMark: 2 ** 20 })
  part.on('end', () => (end === size ? response.end() : response.socket?.end()))
  return part.pipe(response, { end: false })
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
