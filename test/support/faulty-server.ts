import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Handler } from './http-server.ts'

/** What goes wrong with one answer. */
export interface Fault {
  /** Bytes of the body that are sent before the connection breaks; all of them unless given. */
  readonly after?: number
  /** How it breaks: reset, closed, or silent. */
  readonly by?: 'rst' | 'fin' | 'stall'
  /** How long it lasts before it breaks; 100 unless given. What has been sent may be lost if there is no time to read it. */
  readonly delayMs?: number
  /** Another status, with an empty body. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** A file as a server sees it. */
export interface ServedFile {
  readonly bytes: Uint8Array
  /** Headers of each answer that has bytes: `etag`, `last-modified`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Whether the server knows `Range`; it does unless told otherwise. */
  readonly hasRanges?: boolean
  /** Whether a whole answer says its length; it does unless told otherwise. */
  readonly hasLength?: boolean
}

/**
 * Serves a file, as it is when the request comes.
 *
 * @param faults What goes wrong with the first request, the second and so on; nothing after that.
 */
export function serveFile(file: ServedFile | ((index: number) => ServedFile), faults: readonly Fault[] = []): Handler {
  let index = 0
  return (request, response) => {
    const served = typeof file === 'function' ? file(index) : file
    const fault = faults[index++] ?? {}
    if (fault.status !== undefined) {
      response.writeHead(fault.status, { 'content-length': 0, ...fault.headers }).end()
      return
    }
    const body = writeHead(served, fault, request, response)
    if (request.method === 'HEAD' || fault.by === undefined) {
      response.end(request.method === 'HEAD' ? undefined : body)
      return
    }
    response.write(body.subarray(0, fault.after ?? body.byteLength), () => {
      setTimeout(() => breakOff(fault.by, response), fault.delayMs ?? 100)
    })
    response.flushHeaders()
  }
}

function writeHead(file: ServedFile, fault: Fault, request: IncomingMessage, response: ServerResponse): Uint8Array {
  const { bytes, headers = {}, hasRanges = true, hasLength = true } = file
  const start = hasRanges ? rangeStart(file, request) : undefined
  if (start === undefined) {
    const length = hasLength ? { 'content-length': bytes.byteLength } : {}
    response.writeHead(200, { ...length, ...headers, ...fault.headers })
    return bytes
  }
  if (start >= bytes.byteLength) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.byteLength}`, ...headers, ...fault.headers })
    return new Uint8Array()
  }
  const range = `bytes ${start}-${bytes.byteLength - 1}/${bytes.byteLength}`
  const length = { 'content-length': bytes.byteLength - start }
  response.writeHead(206, { 'content-range': range, ...length, ...headers, ...fault.headers })
  return bytes.subarray(start)
}

function rangeStart({ headers = {} }: ServedFile, request: IncomingMessage): number | undefined {
  const start = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]
  const condition = request.headers['if-range']
  const isSame = condition === undefined || [headers['etag'], headers['last-modified']].includes(String(condition))
  return start === undefined || !isSame ? undefined : Number(start)
}

function breakOff(by: Fault['by'], response: ServerResponse): void {
  if (by === 'rst') response.socket?.resetAndDestroy()
  if (by === 'fin') response.socket?.end()
}
