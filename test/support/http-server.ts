import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** What a server was asked. */
export interface ReceivedRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
}

/** Answers one request, or does something worse. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** A server on a free port of this machine, until it is disposed of. */
export interface HttpServer extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string
  readonly port: number
  /** Every request so far, in order. */
  readonly requests: readonly ReceivedRequest[]
  readonly server: Server
}

/** Starts a server, for https with a key and a certificate. */
export async function startHttpServer(
  handler: Handler,
  tls?: { readonly key: string; readonly cert: string },
): Promise<HttpServer> {
  const requests: ReceivedRequest[] = []
  const listener: Handler = (request, response) => {
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers })
    response.on('error', () => {}) // the other side may go away
    handler(request, response)
  }
  const server = tls ? createSecureServer(tls, listener) : createServer(listener)
  server.on('clientError', (_, socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    requests,
    server,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
