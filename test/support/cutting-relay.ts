import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A relay to a server on this machine. */
export interface CuttingRelay extends AsyncDisposable {
  readonly url: string
  /** How many connections were cut so far. */
  readonly cutCount: number
}

/** What is cut. */
export interface CuttingRelayOptions {
  /** Bytes from the server after which a connection is cut. */
  readonly after: number
  /** How many connections are cut; the ones behind them are not. */
  readonly times: number
}

/** Starts a relay that cuts connections, by turns with a reset and with a close. */
export async function startCuttingRelay(to: string, { after, times }: CuttingRelayOptions): Promise<CuttingRelay> {
  const sockets = new Set<Socket>()
  let cutCount = 0
  const server = createServer((client) => {
    const upstream = connect(Number(new URL(to).port), '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    }
    client.pipe(upstream)
    upstream.on('close', () => client.end())
    let left = after
    upstream.on('data', (bytes) => {
      if (cutCount >= times) {
        client.write(bytes)
        return
      }
      client.write(bytes.subarray(0, left))
      left -= bytes.byteLength
      if (left > 0) return
      upstream.destroy()
      if (cutCount++ % 2 === 0) client.resetAndDestroy()
      else client.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    get cutCount() {
      return cutCount
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
