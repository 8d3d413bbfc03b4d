import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { fetchSmall, type HttpOptions, headUrl, openUrl } from '../../../src/node/index.ts'
import { type Fault, serveFile } from '../../support/faulty-server.ts'
import { type Handler, startHttpServer } from '../../support/http-server.ts'
import { startProxy } from '../../support/proxy-server.ts'

const bytes = new TextEncoder().encode('{"ignition":{"version":"3.4.0"}}')
const options: HttpOptions = { env: {}, sleep: async () => {} }

function redirect(routes: Readonly<Record<string, string>>): Handler {
  const serve = serveFile({ bytes })
  return (request, response) => {
    const location = routes[request.url ?? '']
    if (location === undefined) serve(request, response)
    else response.writeHead(302, { location }).end()
  }
}

/** A server that says something which isn't HTTP, and goes. */
async function startSpeaking(text: string): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((socket) => socket.on('error', () => {}).once('data', () => socket.end(text)))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: async () => void server.close() }
}

describe('redirects', () => {
  it('lead to the file, whose name and URL count', async () => {
    await using server = await startHttpServer(redirect({ '/latest': '/b/', '/b/': 'c.json?x=1' }))
    await using file = await openUrl(`${server.url}/latest`, options)
    expect(file).toMatchObject({ url: `${server.url}/b/c.json?x=1`, name: 'c.json', byteLength: bytes.byteLength })
  })

  it('are not asked for again when a body is continued', async () => {
    const serve = serveFile({ bytes }, [{ after: 5, by: 'rst' }])
    await using server = await startHttpServer((request, response) =>
      request.url === '/a' ? response.writeHead(307, { location: '/b' }).end() : serve(request, response),
    )
    expect(await fetchSmall(`${server.url}/a`, options)).toEqual(bytes)
    expect(server.requests.map(({ url }) => url)).toEqual(['/a', '/b', '/b'])
  })

  it('are asked for again, once for each attempt, when the URL behind them is no longer good', async () => {
    const serve = serveFile({ bytes, headers: { etag: '"one"' } }, [
      { after: 5, by: 'rst' },
      { after: 5, by: 'rst' },
    ])
    let issued = 0
    let isUsed = true
    await using server = await startHttpServer((request, response) => {
      if (request.url === '/a') {
        isUsed = false
        response.writeHead(302, { location: `/signed?${++issued}` }).end()
      } else if (isUsed) response.writeHead(403).end()
      else {
        isUsed = true
        serve(request, response)
      }
    })
    expect(await fetchSmall(`${server.url}/a`, options)).toEqual(bytes)
    expect(server.requests.map(({ url }) => url)).toEqual(
      ['/a', '/signed?1', '/signed?1', '/a', '/signed?2', '/signed?2', '/a', '/signed?3'], // each is good for one answer
    )
  })

  it('are not asked for again when there were none', async () => {
    const serve = serveFile({ bytes }, [{ after: 5, by: 'rst' }, { status: 403 }])
    await using server = await startHttpServer(serve)
    await expect(fetchSmall(`${server.url}/a`, options)).rejects.toMatchObject({ code: 'HTTP_STATUS' })
    expect(server.requests).toHaveLength(2)
  })

  it('lead to the end when the first URL is refused as well', async () => {
    const serve = serveFile({ bytes }, [{ after: 5, by: 'rst' }, { status: 403 }])
    let isGone = false
    await using server = await startHttpServer((request, response) => {
      if (request.url === '/b') serve(request, response)
      else response.writeHead(isGone ? 410 : 302, { location: '/b' }).end()
      isGone = true
    })
    await expect(fetchSmall(`${server.url}/a`, options)).rejects.toThrow(/\/a: .*410/)
    expect(server.requests.map(({ url }) => url)).toEqual(['/a', '/b', '/b', '/a'])
  })

  it.each([
    { name: 'without end', to: '/a', code: 'FETCH_FAILED' },
    { name: 'to a file of this machine', to: 'file:///etc/passwd', code: 'URL_INVALID' },
    { name: 'to no URL', to: 'http://', code: 'URL_INVALID' },
  ])('are refused $name', async ({ to, code }) => {
    await using server = await startHttpServer(redirect({ '/a': to }))
    await expect(fetchSmall(`${server.url}/a`, options)).rejects.toMatchObject({ code })
  })

  it('carry a name and a password on to the same server only', async () => {
    await using other = await startHttpServer(serveFile({ bytes }))
    await using server = await startHttpServer(redirect({ '/a': '/b', '/b': `${other.url}/c` }))
    await fetchSmall(`${server.url.replace('//', '//me:pass%3Aword@')}/a`, options)
    const authorization = `Basic ${Buffer.from('me:pass:word').toString('base64')}`
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([authorization, authorization])
    expect(other.requests[0]?.headers.authorization).toBeUndefined()
  })

  it('carry them on to the same server also when it names itself in full', async () => {
    await using server = await startHttpServer(({ url, headers: { host } }, response) =>
      response.writeHead(url === '/a' ? 302 : 200, url === '/a' ? { location: `http://${host}/b` } : {}).end(),
    )
    await fetchSmall(`${server.url.replace('//', '//me:word@')}/a`, options)
    expect(server.requests[1]).toMatchObject({ url: '/b', headers: { authorization: `Basic ${btoa('me:word')}` } })
  })

  it('leave a password as it is that is not escaped', async () => {
    await using server = await startHttpServer(serveFile({ bytes }))
    await fetchSmall(server.url.replace('//', '//me:100%@'), options)
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:100%').toString('base64')}`)
  })
})

it('says that what answers does not speak TLS, in words', async () => {
  await using server = await startSpeaking('HTTP/1.1 400 Bad Request\r\n\r\n')
  const fetching = fetchSmall(server.url.replace('http', 'https'), options)
  await expect(fetching).rejects.toThrow(/: what answers there does not speak TLS$/)
})

describe('proxies', () => {
  it.each([
    { name: 'http_proxy', env: (url: string) => ({ http_proxy: url }), isUsed: true },
    { name: 'HTTP_PROXY', env: (url: string) => ({ HTTP_PROXY: url }), isUsed: true },
    { name: 'HTTP_PROXY without a scheme', env: (url: string) => ({ HTTP_PROXY: url.slice(7) }), isUsed: true },
    { name: 'ALL_PROXY', env: (url: string) => ({ ALL_PROXY: url }), isUsed: true },
    { name: 'HTTPS_PROXY', env: (url: string) => ({ HTTPS_PROXY: url }), isUsed: false },
    { name: 'NO_PROXY', env: (url: string) => ({ http_proxy: url, NO_PROXY: 'a.test,127.0.0.1' }), isUsed: false },
    { name: 'no_proxy=*', env: (url: string) => ({ http_proxy: url, no_proxy: '*' }), isUsed: false },
  ])('follow $name for an http URL', async ({ env, isUsed }) => {
    await using server = await startHttpServer(serveFile({ bytes }))
    await using proxy = await startProxy()
    expect(await fetchSmall(`${server.url}/a`, { ...options, env: env(proxy.url) })).toEqual(bytes)
    expect(proxy.requests.map(({ url }) => url)).toEqual(isUsed ? [`${server.url}/a`] : [])
  })

  it('are told their name and password', async () => {
    await using server = await startHttpServer(serveFile({ bytes }))
    await using proxy = await startProxy()
    const env = { http_proxy: proxy.url.replace('//', '//me:secret@') }
    await fetchSmall(server.url, { ...options, env })
    const authorization = `Basic ${Buffer.from('me:secret').toString('base64')}`
    expect(proxy.requests[0]?.headers['proxy-authorization']).toBe(authorization)
  })

  it('are told a name and a password that are not escaped', async () => {
    await using proxy = await startProxy(204)
    const fetching = fetchSmall('http://isokit.invalid/a', {
      ...options,
      env: { http_proxy: `me:100%@${proxy.url.slice(7)}` },
    })
    await expect(fetching).rejects.toMatchObject({ code: 'HTTP_STATUS' })
    expect(proxy.requests[0]?.headers['proxy-authorization']).toBe(`Basic ${btoa('me:100%')}`)
  })

  it.each([
    { name: 'wants to know who asks', start: () => startProxy(407), says: 'status 407' },
    { name: 'is something else', start: () => startSpeaking('SSH-2.0-OpenSSH_9.2\r\n'), says: 'does not speak HTTP' },
    { name: 'closes the connection', start: () => startSpeaking(''), says: 'was lost' },
  ])('are named when what failed is one that $name', async ({ start, says }) => {
    await using proxy = await start()
    const env = { all_proxy: proxy.url.replace('//', '//me:secret@') }
    for (const url of ['http://isokit.invalid/a', 'https://isokit.invalid/a']) {
      const error = await fetchSmall(url, { ...options, env }).catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'FETCH_FAILED', message: expect.stringContaining(says) })
      expect(error).toMatchObject({
        message: expect.stringMatching(new RegExp(`^[^@]*${url} by the proxy ${proxy.url}:`)),
      })
    }
  })

  it('are refused when they are no http or https URLs, without telling their passwords', async () => {
    const fetching = fetchSmall('http://isokit.invalid/a', { ...options, env: { http_proxy: 'ftp://me:secret@a' } })
    await expect(fetching).rejects.toMatchObject({
      code: 'URL_INVALID',
      message: expect.not.stringContaining('secret'),
    })
  })
})

describe('fetchSmall', () => {
  it('takes the last byte that is allowed, and none more', async () => {
    for (const hasLength of [true, false]) {
      await using server = await startHttpServer(serveFile({ bytes, hasLength }))
      const { byteLength } = bytes
      expect(await fetchSmall(server.url, { ...options, maxByteLength: byteLength })).toEqual(bytes)
      const fetching = fetchSmall(server.url, { ...options, maxByteLength: byteLength - 1 })
      await expect(fetching).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' })
    }
  })

  it.each(['', 'config.ign', '/etc/passwd', 'file:///etc/passwd', 'ftp://a/b', 'https://'])(
    'refuses %j, which is no URL for it',
    async (url) => {
      await expect(fetchSmall(url, options)).rejects.toMatchObject({ name: 'UsageError', code: 'URL_INVALID' })
    },
  )
})

describe('headUrl', () => {
  it('asks for no bytes', async () => {
    await using server = await startHttpServer(redirect({ '/a': '/b' }))
    expect(await headUrl(`${server.url}/a`, options)).toMatchObject({ url: `${server.url}/b`, byteLength: 32 })
    expect(server.requests.map(({ method }) => method)).toEqual(['HEAD', 'HEAD'])
  })

  it.each([403, 405, 501])('asks with GET where HEAD gets status %i', async (status) => {
    const faults: Fault[] = [{ status }]
    await using server = await startHttpServer(serveFile({ bytes }, faults))
    expect(await headUrl(server.url, options)).toMatchObject({ byteLength: 32 })
    expect(server.requests.map(({ method }) => method)).toEqual(['HEAD', 'GET'])
  })

  it('retries, and tells what it cannot find', async () => {
    await using server = await startHttpServer(serveFile({ bytes }, [{ status: 503 }, { status: 404 }]))
    await expect(headUrl(server.url, { ...options, retries: 1 })).rejects.toMatchObject({ code: 'HTTP_STATUS' })
    expect(server.requests).toHaveLength(2)
  })
})
