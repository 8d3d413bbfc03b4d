import { request as forward } from 'node:http'
import { connect } from 'node:net'
import { type HttpServer, startHttpServer } from './http-server.ts'

/** A proxy that forwards http requests and tunnels the rest. */
export interface ProxyServer extends HttpServer {
  /** Where tunnels led: host and port. */
  readonly tunnels: readonly string[]
}

/** @param status What it answers to every request in place of serving it. */
export async function startProxy(status?: number): Promise<ProxyServer> {
  const proxy = await startHttpServer((request, response) => {
    if (status !== undefined) {
      response.writeHead(status).end()
      return
    }
    const { method, headers } = request
    const onward = forward(request.url ?? '', { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    onward.end()
  })
  const tunnels: string[] = []
  proxy.server.on('connect', (request, socket, head) => {
    tunnels.push(request.url ?? '')
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n`)
      return
    }
    const [host = '', port = ''] = (request.url ?? '').split(':')
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      onward.write(head)
      onward.pipe(socket).pipe(onward)
    })
    for (const end of [socket, onward])
      end.on('error', () => {}).on('close', () => [socket, onward].map((s) => s.destroy()))
  })
  return Object.assign(proxy, { tunnels })
}
