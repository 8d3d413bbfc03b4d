import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { fetchSmall, type HttpOptions } from '../../../src/node/index.ts'
import { makeCertificates, type TestCertificates } from '../../support/certificates.ts'
import { serveFile } from '../../support/faulty-server.ts'
import { startHttpServer } from '../../support/http-server.ts'
import { needs } from '../../support/needs.ts'
import { startProxy } from '../../support/proxy-server.ts'

const bytes = new TextEncoder().encode('{"ignition":{"version":"3.4.0"}}')
const options: HttpOptions = { env: {}, sleep: async () => {} }
const directory = mkdtempSync(join(tmpdir(), 'isokit-test-'))
let certificates: TestCertificates | undefined

beforeEach((context) => needs(context, 'openssl'))

afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** Made once, by the first test. */
function made(): TestCertificates {
  certificates ??= makeCertificates(directory)
  return certificates
}

it('trusts the authority in the file, and not an unknown one', async () => {
  await using server = await startHttpServer(serveFile({ bytes }), made())
  const { caFile } = made()
  expect(await fetchSmall(server.url, { ...options, caFile })).toEqual(bytes)
  await expect(fetchSmall(server.url, options)).rejects.toMatchObject({
    code: 'TLS_UNTRUSTED',
    hint: expect.stringContaining('--ca-file'),
  })
})

it('wants the name of the host in the certificate', async () => {
  await using server = await startHttpServer(serveFile({ bytes }), made())
  const fetching = fetchSmall(server.url.replace('127.0.0.1', 'localhost'), { ...options, caFile: made().caFile })
  await expect(fetching).rejects.toMatchObject({
    code: 'TLS_UNTRUSTED',
    hint: expect.stringContaining('the host in the URL'),
  })
})

it('is not left for http', async () => {
  await using plain = await startHttpServer(serveFile({ bytes }))
  await using server = await startHttpServer((_, response) => {
    response.writeHead(302, { location: `${plain.url}/b?token=secret` }).end()
  }, made())
  const fetching = fetchSmall(`${server.url}/a`, { ...options, caFile: made().caFile })
  await expect(fetching).rejects.toMatchObject({
    code: 'URL_INSECURE',
    message: expect.not.stringContaining('secret'),
  })
  expect(plain.requests).toEqual([])
})

it('goes through the tunnel of a proxy, also one that is reached over https', async () => {
  await using server = await startHttpServer(serveFile({ bytes }), made())
  await using proxy = await startProxy()
  const { caFile } = made()
  const through = (env: Readonly<Record<string, string>>): HttpOptions => ({ ...options, caFile, env })
  expect(await fetchSmall(server.url, through({ HTTPS_PROXY: proxy.url }))).toEqual(bytes)
  expect(proxy.tunnels).toEqual([`127.0.0.1:${server.port}`])
  expect(await fetchSmall(server.url, through({ HTTP_PROXY: 'http://127.0.0.1:9' }))).toEqual(bytes)
})

it('tells what a proxy answers in place of a tunnel', async () => {
  await using proxy = await startProxy(407)
  const fetching = fetchSmall('https://isokit.invalid/a', { ...options, env: { https_proxy: proxy.url } })
  await expect(fetching).rejects.toMatchObject({
    code: 'FETCH_FAILED',
    message: expect.stringContaining('407'),
    hint: expect.stringContaining('password'),
  })
})

it.each([
  { name: 'holds none', text: 'no certificate' },
  { name: 'holds a damaged one', text: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' },
])('refuses a file of authorities that $name', async ({ text }) => {
  const caFile = join(directory, 'bad.pem')
  writeFileSync(caFile, text)
  const fetching = fetchSmall('https://isokit.invalid/a', { ...options, caFile })
  await expect(fetching).rejects.toMatchObject({ code: 'CA_FILE_INVALID' })
})
