import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { joinBytes } from '../../../src/bytes/index.ts'
import { type OpenUrlOptions, openUrl, type RetryNotice } from '../../../src/node/index.ts'
import { collect } from '../../support/collect.ts'
import { type Fault, type ServedFile, serveFile } from '../../support/faulty-server.ts'
import { startHttpServer } from '../../support/http-server.ts'

const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7919) >> 3)
const tagged: ServedFile = { bytes, headers: { etag: '"one"' } }
const other: ServedFile = { bytes: bytes.map((byte) => byte ^ 1), headers: { etag: '"two"' } }

/** Fetches all bytes without waiting, and says what was asked of the server meanwhile. */
async function download(
  file: ServedFile | ((index: number) => ServedFile),
  faults: readonly Fault[],
  options: OpenUrlOptions = {},
): Promise<{
  readonly result: Uint8Array | { readonly code: string; readonly message: string }
  readonly notices: readonly RetryNotice[]
  readonly ranges: readonly (string | undefined)[]
  readonly conditions: readonly unknown[]
}> {
  await using server = await startHttpServer(serveFile(file, faults))
  const notices: RetryNotice[] = []
  const result = await fetchOrFail(`${server.url}/image.raw.xz`, {
    env: {},
    sleep: async () => {},
    onRetry: (notice) => notices.push(notice),
    ...options,
  })
  const ranges = server.requests.map(({ headers }) => headers.range)
  const conditions = server.requests.map(({ headers }) => headers['if-range'])
  return { result, notices, ranges, conditions }
}

async function fetchOrFail(
  url: string,
  options: OpenUrlOptions,
): Promise<Uint8Array | { readonly code: string; readonly message: string }> {
  try {
    await using file = await openUrl(url, options)
    return joinBytes(await collect(file.bytes))
  } catch (error) {
    return error as { code: string; message: string }
  }
}

describe('openUrl', () => {
  it('says what the server says, and gives the bytes', async () => {
    const headers = { etag: '"one"', 'last-modified': 'Tue, 14 Nov 2023 22:13:20 GMT', 'content-type': 'text/plain' }
    await using server = await startHttpServer(serveFile({ bytes, headers }))
    await using file = await openUrl(`${server.url}/a/image.raw.xz?x=1`, { env: {} })
    expect(file).toMatchObject({
      url: `${server.url}/a/image.raw.xz?x=1`,
      name: 'image.raw.xz',
      byteLength: bytes.byteLength,
      contentType: 'text/plain',
      version: { etag: '"one"', lastModified: 'Tue, 14 Nov 2023 22:13:20 GMT', byteLength: bytes.byteLength },
    })
    expect(joinBytes(await collect(file.bytes))).toEqual(bytes)
    expect(server.requests).toMatchObject([{ method: 'GET', headers: { 'accept-encoding': 'identity' } }])
  })

  it('lets go of a file that nobody has read', async () => {
    await using server = await startHttpServer(serveFile(tagged, [{ after: 10, by: 'stall' }]))
    await using file = await openUrl(server.url, { env: {} })
    expect(file.byteLength).toBe(bytes.byteLength)
  })

  it.each([
    { how: 'a reset', faults: [{ after: 100_000, by: 'rst' }] },
    { how: 'a close', faults: [{ after: 100_000, by: 'fin' }] },
    { how: 'silence', faults: [{ after: 100_000, by: 'stall' }] },
  ] as const)('continues behind $how, without a retry to spend', async ({ faults }) => {
    const { result, ranges, conditions, notices } = await download(tagged, faults, { timeouts: { idleMs: 100 } })
    expect(result).toEqual(bytes)
    expect(ranges[0]).toBeUndefined()
    expect(ranges[1]).toMatch(/^bytes=\d+-$/)
    expect(conditions).toEqual([undefined, '"one"'])
    expect(notices).toMatchObject([{ delayMs: 1000, attempt: 0 }])
  })

  it('survives twenty drops with the right hash', async () => {
    const faults = Array.from(
      { length: 20 },
      (_, index) => ({ after: 10_000, by: index % 2 ? 'rst' : 'fin', delayMs: 20 }) as const,
    )
    const { result, ranges } = await download(tagged, faults)
    const hash = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex')
    expect(hash(result as Uint8Array)).toBe(hash(bytes))
    expect(ranges).toHaveLength(21)
  })

  it.each([
    { name: 'by a date where the tag is weak', headers: { etag: 'W/"one"', 'last-modified': 'Tue' }, condition: 'Tue' },
    { name: 'by a date where there is no tag', headers: { 'last-modified': 'Tue' }, condition: 'Tue' },
    { name: 'by its length where there is nothing else', headers: {}, condition: undefined },
  ])('knows the version $name', async ({ headers, condition }) => {
    const { result, conditions } = await download({ bytes, headers }, [{ after: 1000, by: 'rst' }])
    expect(result).toEqual(bytes)
    expect(conditions[1]).toBe(condition)
  })

  it.each([
    { name: 'with another tag', second: other },
    { name: 'with another weak tag', first: 'W/"one"', second: { ...other, headers: { etag: 'W/"two"' } } },
    { name: 'of another length', second: { bytes: bytes.subarray(1), headers: { etag: '"one"' } } },
    { name: 'that has become shorter', second: { bytes: bytes.subarray(0, 5), headers: { etag: '"one"' } } },
  ])('refuses to continue with a file $name', async ({ first = '"one"', second }) => {
    const file = (index: number): ServedFile => (index === 0 ? { bytes, headers: { etag: first } } : second)
    const { result } = await download(file, [{ after: 10_000, by: 'rst' }], { retries: 5 })
    expect(result).toMatchObject({ code: 'REMOTE_CHANGED' })
  })

  it('passes over what has come already where the server knows no ranges', async () => {
    const after = [200_000, 100_000, 250_000] // the second one brings nothing
    const faults = after.map((count) => ({ after: count, by: 'fin', delayMs: 300 }) as const)
    const { result, notices } = await download({ ...tagged, hasRanges: false }, faults)
    expect(result).toEqual(bytes)
    expect(notices.map(({ attempt }) => attempt)).toEqual([0, 1, 0])
  })

  it('passes over what has come already where the part begins earlier', async () => {
    const serve = serveFile(tagged, [{ after: 200_000, by: 'fin', delayMs: 300 }])
    await using server = await startHttpServer((request, response) => {
      if (request.headers.range === undefined) return serve(request, response)
      const headers = { ...tagged.headers, 'content-range': 'bytes 1000-299999/300000' }
      response.writeHead(206, headers).end(bytes.subarray(1000))
    })
    expect(await fetchOrFail(server.url, { env: {}, sleep: async () => {} })).toEqual(bytes)
  })

  it('is not content when a file of unknown length ends where it had been before', async () => {
    const file = { ...tagged, hasRanges: false, hasLength: false }
    const shorter = { ...file, bytes: bytes.subarray(0, 1000) }
    const { result } = await download(
      (index) => (index === 0 ? file : shorter),
      [{ after: 200_000, by: 'rst', delayMs: 300 }],
    )
    expect(result).toMatchObject({ code: 'FETCH_FAILED', message: expect.stringContaining('after 1000 of') })
  })

  it('says that a server only gives whole files, which might be of any version', async () => {
    const { result } = await download({ bytes, hasRanges: false }, [{ after: 10_000, by: 'rst' }])
    expect(result).toMatchObject({ code: 'RANGE_UNSUPPORTED' })
  })

  it('refuses another part than the one that was asked for', async () => {
    const range = 'bytes 299990-299999/300000'
    const faults = [{ after: 10_000, by: 'rst' }, { headers: { 'content-range': range } }] as const
    const { result } = await download(tagged, faults)
    expect(result).toMatchObject({ code: 'RANGE_UNSUPPORTED', message: expect.stringContaining('another part') })
  })

  it('continues a file of unknown length', async () => {
    const { result } = await download({ ...tagged, hasLength: false }, [{ after: 10_000, by: 'rst' }])
    expect(result).toEqual(bytes)
  })

  it('is content when only the end of the last chunk was missing', async () => {
    const { result, ranges } = await download({ ...tagged, hasLength: false }, [{ by: 'fin' }])
    expect(result).toEqual(bytes)
    expect(ranges).toEqual([undefined, `bytes=${bytes.byteLength}-`])
  })

  it('takes an answer that promises more than it has for a broken one', async () => {
    const faults = [{ by: 'fin', headers: { 'content-length': `${bytes.byteLength + 1}` } }] as const
    const { result } = await download(tagged, faults)
    expect(result).toMatchObject({ code: 'REMOTE_CHANGED' })
  })

  it.each([
    { retries: 0, attempts: [0, 1, 2, 3] },
    { retries: 3, attempts: [0, 1, 2, 3] },
    { retries: 4, attempts: [0, 1, 2, 3, 4] },
  ])('gives up when three attempts in a row, or more of $retries, bring nothing', async ({ retries, attempts }) => {
    const faults = [{ after: 10_000, by: 'fin' }, ...Array(9).fill({ status: 503 })] as Fault[]
    const { result, notices } = await download(tagged, faults, { retries })
    expect(result).toMatchObject({ code: 'HTTP_STATUS' })
    expect(notices.map(({ attempt }) => attempt)).toEqual(attempts)
  })

  it('tries to go on where the server only ever begins to answer', async () => {
    const { result, notices } = await download(tagged, Array(9).fill({ after: 0, by: 'rst' }))
    expect(result).toMatchObject({ code: 'FETCH_FAILED' })
    expect(notices.length).toBeLessThanOrEqual(3)
  })

  it('counts anew once bytes have come', async () => {
    const once = [{ after: 10_000, by: 'fin' }, { status: 503 }] as const
    const { result } = await download(tagged, [...once, ...once, ...once, ...once, ...once])
    expect(result).toEqual(bytes)
  })

  it.each([408, 429, 500, 502, 503, 504])('retries status %i as often as it may', async (status) => {
    const twice = [{ status }, { status }]
    expect((await download(tagged, twice, { retries: 2 })).result).toEqual(bytes)
    expect((await download(tagged, twice, { retries: 'infinite' })).result).toEqual(bytes)
    expect((await download(tagged, twice, { retries: 1 })).result).toMatchObject({ code: 'HTTP_STATUS' })
  })

  it.each([400, 401, 403, 404, 410, 501])('does not retry status %i', async (status) => {
    const { result, ranges } = await download(tagged, [{ status }], { retries: 5 })
    expect(result).toMatchObject({ code: 'HTTP_STATUS', message: expect.stringContaining(`${status}`) })
    expect(ranges).toHaveLength(1)
  })

  it('waits longer each time, at least as long as asked for, and never more than ten minutes', async () => {
    const faults: Fault[] = Array.from({ length: 12 }, () => ({ status: 503 }))
    faults[1] = { status: 503, headers: { 'retry-after': '30' } }
    faults[2] = { status: 503, headers: { 'retry-after': '100000' } }
    faults[3] = { status: 503, headers: { 'retry-after': 'soon' } }
    const { notices } = await download(tagged, faults, { retries: 'infinite' })
    const seconds = notices.map(({ delayMs }) => delayMs / 1000)
    expect(seconds).toEqual([1, 30, 600, 8, 16, 32, 64, 128, 256, 512, 600, 600])
  })

  it('waits until the date that the server names', async () => {
    const date = new Date(Date.now() + 100_000).toUTCString()
    const { notices } = await download(tagged, [{ status: 503, headers: { 'retry-after': date } }], { retries: 1 })
    expect(notices[0]?.delayMs).toBeGreaterThan(90_000)
    expect(notices[0]?.delayMs).toBeLessThanOrEqual(100_000)
  })

  it.each([
    { name: 'never begins to answer', faults: [{ after: 0, by: 'rst' }] },
    { name: 'closes at once', faults: [{ after: 0, by: 'fin' }] },
  ] as const)('retries when the server $name', async ({ faults }) => {
    expect((await download(tagged, faults, { retries: 1 })).result).toEqual(bytes)
  })

  it('tells a refused connection', async () => {
    await using server = await startHttpServer(serveFile(tagged))
    const url = `${server.url}/image?token=secret`
    await server[Symbol.asyncDispose]()
    const result = await fetchOrFail(url, { env: {} })
    expect(result).toMatchObject({ code: 'FETCH_FAILED', message: expect.stringContaining('refused') })
    expect(result).toMatchObject({ message: expect.not.stringContaining('secret') })
  })

  it('starts behind bytes that are at hand', async () => {
    const version = { etag: '"one"', lastModified: undefined, byteLength: bytes.byteLength }
    const from = { offset: 1000, version }
    const { result, ranges } = await download(tagged, [], { from })
    expect(result).toEqual(bytes.subarray(1000))
    expect(ranges).toEqual(['bytes=1000-'])
    expect((await download(other, [], { from })).result).toMatchObject({ code: 'REMOTE_CHANGED' })
    const all = { offset: bytes.byteLength, version }
    expect((await download(tagged, [], { from: all })).result).toEqual(new Uint8Array())
  })

  it.each([
    { name: 'image.raw', encoding: 'gzip', is: { code: 'FETCH_FAILED' } },
    { name: 'image.raw.gz', encoding: 'x-gzip', is: bytes },
    { name: 'image.raw.gz', encoding: 'br', is: { code: 'FETCH_FAILED' } },
    { name: 'image.raw', encoding: 'identity', is: bytes },
  ])('takes $name with the encoding $encoding only where the bytes are those of the file', async (row) => {
    await using server = await startHttpServer(serveFile({ bytes, headers: { 'content-encoding': row.encoding } }))
    expect(await fetchOrFail(`${server.url}/${row.name}`, { env: {} })).toMatchObject(row.is)
  })

  it.each(['connecting', 'headers', 'body', 'pause'])('stops while it waits (%s)', async (phase) => {
    const faults: Record<string, Fault> = { body: { after: 10, by: 'stall' }, pause: { status: 503 } }
    const isSilent = phase === 'headers'
    await using server = await startHttpServer(isSilent ? () => {} : serveFile(tagged, [faults[phase] ?? {}]))
    const controller = new AbortController()
    if (phase === 'connecting') controller.abort(new Error('stopped'))
    else setTimeout(() => controller.abort(new Error('stopped')), 50)
    const options = { env: {}, signal: controller.signal, retries: 1 }
    expect(await fetchOrFail(server.url, options)).toMatchObject({ message: 'stopped' })
  })

  it('tells a server that does not begin to answer', async () => {
    await using server = await startHttpServer(() => {})
    const result = await fetchOrFail(server.url, { env: {}, timeouts: { headersMs: 50 } })
    expect(result).toMatchObject({ code: 'FETCH_FAILED', message: expect.stringContaining('in time') })
  })
})
