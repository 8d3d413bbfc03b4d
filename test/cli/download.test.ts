import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Fault, type ServedFile, serveFile } from '../support/faulty-server.ts'
import { type Handler, type HttpServer, startHttpServer } from '../support/http-server.ts'
import { makeKey, makeSignature } from '../support/openpgp.ts'
import { type MainResult, runMain } from '../support/run-main.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const image = Uint8Array.from({ length: 200_000 }, (_, index) => (index < 100_000 ? (index * 7919) >> 3 : 0))
const compressed = new Uint8Array(gzipSync(image))
const small = new Uint8Array([1, 2, 3])

let key: Uint8Array
let signature: Uint8Array
beforeAll(async () => {
  const privateKey = await makeKey()
  key = privateKey.toPublic().write()
  signature = await makeSignature(compressed, { keys: [privateKey] })
})

let directory: string
let cleanUp: AsyncDisposable
let server: HttpServer
let routes: Record<string, Handler>
beforeEach(async () => {
  const temporary = await temporaryDirectory()
  cleanUp = temporary
  directory = join(temporary.path, 'out')
  await mkdir(directory)
  await writeFile(join(temporary.path, 'key.gpg'), key)
  routes = {}
  server = await startHttpServer((request, response) => {
    const route = routes[request.url ?? '']
    if (route) route(request, response)
    else response.writeHead(404).end()
  })
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await cleanUp[Symbol.asyncDispose]()
})

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const listing = async (): Promise<readonly string[]> => (await readdir(directory)).sort()
const requests = (): readonly string[] =>
  server.requests.map(({ url, headers }) => (headers.range === undefined ? url : `${url} ${headers.range}`))

function serve(path: string, bytes: Uint8Array, faults: readonly Fault[] = [], more: Partial<ServedFile> = {}): void {
  routes[path] = serveFile({ bytes, headers: { etag: `"${sha256(bytes)}"` }, ...more }, faults)
}

/** Publishes a stream with one file a format, and what is said of it. */
function publish(files: Readonly<Record<string, object>>): void {
  const formats = Object.fromEntries(Object.entries(files).map(([format, file]) => [format, file]))
  const metadata = { architectures: { x86_64: { artifacts: { metal: { formats } } } } }
  serve('/stable.json', new TextEncoder().encode(JSON.stringify(metadata)))
}

async function download(...argv: readonly string[]): Promise<MainResult> {
  const place = ['-C', directory, '--keyring', join(directory, '..', 'key.gpg')]
  return await runMain(['download', ...place, ...argv], { env: {} })
}

async function downloadStream(...argv: readonly string[]): Promise<MainResult> {
  return await download('--stream-base-url', server.url, '-a', 'x86_64', ...argv)
}

async function downloadUrl(path: string, ...argv: readonly string[]): Promise<MainResult> {
  return await download('-u', `${server.url}${path}`, ...argv)
}

describe('isokit download', () => {
  beforeEach(() => {
    serve('/image.raw.gz', compressed)
    serve('/image.raw.gz.sig', signature)
  })

  it('stores an image and its signature, and prints its path', async () => {
    const { exitCode, stdout, stderr } = await downloadUrl('/image.raw.gz')
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `${directory}/image.raw.gz\n` })
    expect(stderr).toMatch(/good signature/)
    expect(await listing()).toEqual(['image.raw.gz', 'image.raw.gz.sig'])
    expect(new Uint8Array(await readFile(join(directory, 'image.raw.gz')))).toEqual(compressed)
    expect(new Uint8Array(await readFile(join(directory, 'image.raw.gz.sig')))).toEqual(signature)
  })

  it('prints the path under the name coreos-installer as well', async () => {
    const argv = ['download', '-C', directory, '--insecure', '-u', `${server.url}/image.raw.gz`]
    const { stdout } = await runMain(argv, { env: {}, programPath: 'coreos-installer' })
    expect(stdout).toBe(`${directory}/image.raw.gz\n`)
  })

  it('prints what it did as JSON', async () => {
    const { stdout } = await downloadUrl('/image.raw.gz', '--json')
    expect(JSON.parse(stdout)).toEqual({
      files: [
        {
          path: `${directory}/image.raw.gz`,
          signaturePath: `${directory}/image.raw.gz.sig`,
          method: 'downloaded',
          sha256: sha256(compressed),
          proofs: [expect.stringContaining('good signature')],
        },
      ],
    })
  })

  it('takes the parts of a format, however small, each with its checksum', async () => {
    const parts = { rootfs: compressed, kernel: small, initramfs: new Uint8Array() }
    for (const [type, bytes] of Object.entries(parts)) serve(`/${type}.img`, bytes)
    const file = ([type, bytes]: [string, Uint8Array]): [string, object] => [
      type,
      { location: `${server.url}/${type}.img`, sha256: sha256(bytes) },
    ]
    publish({ pxe: Object.fromEntries(Object.entries(parts).map(file)) })
    const { exitCode, stdout } = await downloadStream('-f', 'pxe', '--insecure')
    expect(exitCode).toBe(0)
    expect(stdout).toBe(['initramfs', 'kernel', 'rootfs'].map((name) => `${directory}/${name}.img\n`).join(''))
    expect(await listing()).toEqual(['initramfs.img', 'kernel.img', 'rootfs.img'])
  })

  it('takes the name from where redirects lead', async () => {
    routes['/latest?token=secret'] = (_, response) => response.writeHead(302, { location: '/image.raw.gz' }).end()
    const { stdout, stderr } = await downloadUrl('/latest?token=secret', '--insecure')
    expect(stdout).toBe(`${directory}/image.raw.gz\n`)
    expect(stderr).not.toContain('secret')
  })

  it('replaces an older file, behind a link as well', async () => {
    await writeFile(join(directory, 'older'), 'older')
    await symlink('older', join(directory, 'image.raw.gz'))
    expect(await downloadUrl('/image.raw.gz')).toMatchObject({ exitCode: 0 })
    expect(new Uint8Array(await readFile(join(directory, 'older')))).toEqual(compressed)
    expect(await listing()).toEqual(['image.raw.gz', 'image.raw.gz.sig', 'older'])
  })

  it('leaves a file alone that proves itself, and completes it with its signature', async () => {
    await writeFile(join(directory, 'image.raw.gz'), compressed)
    const { stdout } = await downloadUrl('/image.raw.gz', '--json')
    expect(JSON.parse(stdout).files).toMatchObject([{ method: 'present', sha256: sha256(compressed) }])
    expect(await listing()).toEqual(['image.raw.gz', 'image.raw.gz.sig'])
  })

  it('replaces a file of the same length that does not', async () => {
    await writeFile(join(directory, 'image.raw.gz'), compressed.slice().fill(0))
    const { stdout } = await downloadUrl('/image.raw.gz', '--json')
    expect(JSON.parse(stdout).files).toMatchObject([{ method: 'downloaded' }])
    expect(new Uint8Array(await readFile(join(directory, 'image.raw.gz')))).toEqual(compressed)
  })
})

describe('isokit download --decompress', () => {
  it('stores what the image holds, without a signature', async () => {
    serve('/image.raw.gz', compressed)
    serve('/image.raw.gz.sig', signature)
    const { stdout } = await downloadUrl('/image.raw.gz', '--decompress')
    expect(stdout).toBe(`${directory}/image.raw\n`)
    expect(await listing()).toEqual(['image.raw'])
    expect(new Uint8Array(await readFile(join(directory, 'image.raw')))).toEqual(image)
  })

  it('stores an archive as it is, without a signature either', async () => {
    serve('/image.tar.gz', compressed)
    serve('/image.tar.gz.sig', signature)
    expect(await downloadUrl('/image.tar.gz', '-d')).toMatchObject({ exitCode: 0 })
    expect(await listing()).toEqual(['image.tar.gz'])
  })

  it.each([
    { name: 'right', digest: sha256(image), exitCode: 0 },
    { name: 'wrong', digest: sha256(small), exitCode: 1 },
  ])('checks what the image holds against a $name checksum', async ({ digest, exitCode }) => {
    serve('/image.raw.gz', compressed)
    publish({ 'raw.gz': { disk: { location: `${server.url}/image.raw.gz`, 'uncompressed-sha256': digest } } })
    const result = await downloadStream('-f', 'raw.gz', '-d', '--insecure')
    expect(result.exitCode).toBe(exitCode)
    expect(await listing()).toEqual(exitCode === 0 ? ['image.raw'] : [])
  })

  it('leaves nothing of a damaged image', async () => {
    serve('/image.raw.gz', compressed.subarray(0, -5))
    const { exitCode, stderr } = await downloadUrl('/image.raw.gz', '-d', '--insecure')
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/UNEXPECTED_END|COMPRESSED_DATA_CORRUPT/)
    expect(await listing()).toEqual([])
  })
})

describe('isokit download refuses', () => {
  it.each([
    { what: 'an image without a signature', route: '/image.raw', code: 'SIGNATURE_MISSING' },
    { what: 'a URL without a name', route: '/', code: 'URL_INVALID' },
    { what: 'a URL that is not there', route: '/nowhere', code: 'HTTP_STATUS' },
  ])('$what', async ({ route, code }) => {
    serve('/image.raw', image)
    serve('/', image)
    const { exitCode, stdout, stderr } = await downloadUrl(route)
    expect({ exitCode: exitCode > 0, stdout }).toEqual({ exitCode: true, stdout: '' })
    expect(stderr).toContain(`[${code}]`)
    expect(await listing()).toEqual([])
  })

  it('an image with a bad signature, with --insecure too, and leaves nothing of it', async () => {
    serve('/image.raw', image)
    serve('/image.raw.sig', signature)
    const { exitCode, stderr } = await downloadUrl('/image.raw', '--insecure')
    expect(exitCode).toBe(1)
    expect(stderr).toContain('[SIGNATURE_INVALID]')
    expect(await listing()).toEqual([])
  })

  it('an image with another checksum, and keeps the file that is there', async () => {
    await writeFile(join(directory, 'image.raw'), 'older')
    serve('/image.raw', image)
    publish({ 'raw.xz': { disk: { location: `${server.url}/image.raw`, sha256: sha256(small) } } })
    const { exitCode, stderr } = await downloadStream('--insecure')
    expect(exitCode).toBe(1)
    expect(stderr).toContain('[CHECKSUM_MISMATCH]')
    expect(await listing()).toEqual(['image.raw'])
    expect(await readFile(join(directory, 'image.raw'), 'utf8')).toBe('older')
  })

  it('one checksum for several files', async () => {
    const file = { location: `${server.url}/a` }
    publish({ pxe: { kernel: file, rootfs: file } })
    const { exitCode } = await downloadStream('-f', 'pxe', '--checksum', `sha256:${sha256(small)}`)
    expect(exitCode).toBe(2)
  })

  it('a directory that is not there', async () => {
    serve('/image.raw', image)
    const nowhere = join(directory, 'nowhere')
    const { stderr } = await runMain(['download', '--insecure', '-C', nowhere, '-u', `${server.url}/image.raw`])
    expect(stderr).toContain('[FILE_NOT_FOUND]')
    expect(existsSync(nowhere)).toBe(false)
  })

  it('a directory in the place of the file', async () => {
    serve('/image.raw', image)
    await mkdir(join(directory, 'image.raw'))
    expect((await downloadUrl('/image.raw', '--insecure')).stderr).toContain('[IS_A_DIRECTORY]')
    expect(await listing()).toEqual(['image.raw'])
  })
})

describe('an interrupted download', () => {
  const checksum = `sha256:${sha256(image)}`
  /** Breaks after some bytes, and then does not answer any more. */
  const broken: readonly Fault[] = [{ after: 50_000, by: 'fin', delayMs: 300 }, { status: 404 }]

  it('goes on where it broke, with the bytes at hand proved as well', async () => {
    serve('/image.raw', image, broken)
    const first = await downloadUrl('/image.raw', '--checksum', checksum)
    expect(first).toMatchObject({ exitCode: 1, stdout: '' })
    expect(first.stderr).toContain(`kept in ${directory}/image.raw.part`)
    expect(await listing()).toEqual(['image.raw.part', 'image.raw.part.json'])
    const { length } = await readFile(join(directory, 'image.raw.part'))
    expect(length).toBeGreaterThan(0)

    serve('/image.raw', image)
    const { stdout } = await downloadUrl('/image.raw', '--checksum', checksum, '--json')
    expect(JSON.parse(stdout).files).toMatchObject([{ method: 'resumed', sha256: sha256(image) }])
    expect(requests().at(-1)).toBe(`/image.raw bytes=${length}-`)
    expect(await listing()).toEqual(['image.raw'])
    expect(new Uint8Array(await readFile(join(directory, 'image.raw')))).toEqual(image)
  })

  it.each([
    { what: 'the file has changed', after: { headers: { etag: '"other"' } } },
    { what: 'the server gives whole files only', after: { hasRanges: false } },
  ])('begins anew when $what', async ({ after }) => {
    serve('/image.raw', image, broken)
    await downloadUrl('/image.raw', '--checksum', checksum)
    serve('/image.raw', image, [], after)
    const { stdout } = await downloadUrl('/image.raw', '--checksum', checksum, '--json')
    expect(JSON.parse(stdout).files).toMatchObject([{ method: 'downloaded', sha256: sha256(image) }])
    expect(await listing()).toEqual(['image.raw'])
  })

  it.each([
    { what: 'begins anew when what is at hand was damaged', published: image, exitCode: 0, left: ['image.raw'] },
    { what: 'leaves nothing when the file is wrong as well', published: image.toReversed(), exitCode: 1, left: [] },
  ])('$what', async ({ published, exitCode, left }) => {
    serve('/image.raw', image, broken)
    await downloadUrl('/image.raw', '--checksum', checksum)
    const part = await readFile(join(directory, 'image.raw.part'))
    await writeFile(join(directory, 'image.raw.part'), part.fill(0))
    serve('/image.raw', published, [], { headers: { etag: `"${sha256(image)}"` } })
    const result = await downloadUrl('/image.raw', '--checksum', checksum)
    expect(result).toMatchObject({ exitCode, stderr: expect.stringContaining('an earlier run') })
    expect(await listing()).toEqual(left)
  })

  it.each([
    { what: 'the file has changed', headers: { etag: '"other"' } },
    { what: 'the server gives whole files only, of any version', hasRanges: false, headers: {} },
    { what: 'the server sends another part', faults: [{ headers: { 'content-range': 'bytes 199990-199999/200000' } }] },
  ])('begins anew within a run as often as it may when $what', async ({ faults = [], ...after }) => {
    const file = { bytes: image, headers: { etag: '"one"' } }
    const serveAnew = (): void => {
      const serveIt = serveFile(
        (index) => (index === 0 ? file : { ...file, ...after }),
        [{ after: 50_000, by: 'fin', delayMs: 300 }, ...faults],
      )
      routes['/image.raw'] = serveIt
    }
    serveAnew()
    const once = await downloadUrl('/image.raw', '--checksum', checksum)
    expect(once).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/REMOTE_CHANGED|RANGE_UNSUPPORTED/) })
    expect(await listing()).toEqual([])

    serveAnew()
    const again = await downloadUrl('/image.raw', '--checksum', checksum, '--fetch-retries', '1')
    expect(again).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('from the beginning') })
    expect(await listing()).toEqual(['image.raw'])
  })

  it.each([
    { what: 'a link', code: 'NOT_A_FILE', make: () => symlink('victim', join(directory, 'image.raw.part')) },
    {
      what: 'a hard link',
      code: 'NOT_A_FILE',
      make: () => link(join(directory, '..', 'key.gpg'), join(directory, 'image.raw.part')),
    },
    { what: 'a directory', code: 'IS_A_DIRECTORY', make: () => mkdir(join(directory, 'image.raw.part')) },
    {
      what: 'a directory for its note',
      code: 'IS_A_DIRECTORY',
      make: () => mkdir(join(directory, 'image.raw.part.json')),
    },
  ])('is not begun where $what is in the place of its beginning', async ({ code, make }) => {
    serve('/image.raw', image)
    await make()
    const before = await listing()
    const { exitCode, stderr } = await downloadUrl('/image.raw', '--checksum', checksum)
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(`[${code}]`) })
    expect(await listing()).toEqual(before)
  })

  it.each([
    { what: 'nothing proves the whole', argv: ['--insecure'], more: {} },
    { what: 'no version can be told', argv: ['--checksum', checksum], more: { headers: {} } },
  ])('is not kept where $what', async ({ argv, more }) => {
    serve('/image.raw', image, broken, more)
    expect(await downloadUrl('/image.raw', ...argv)).toMatchObject({ exitCode: 1 })
    expect(await listing()).toEqual([])
  })

  it('is kept when the user interrupts it', async () => {
    serve('/image.raw', image, [{ after: 50_000, by: 'stall' }])
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 500)
    const argv = ['download', '-C', directory, '--checksum', checksum, '-u', `${server.url}/image.raw`]
    const { exitCode } = await runMain(argv, { signal: controller.signal })
    expect(exitCode).toBe(130)
    expect(await listing()).toEqual(['image.raw.part', 'image.raw.part.json'])
  })

  it('survives drops in one run', async () => {
    serve('/image.raw', image, Array(3).fill({ after: 20_000, by: 'rst' }))
    expect(await downloadUrl('/image.raw', '--checksum', checksum)).toMatchObject({ exitCode: 0 })
    expect(await listing()).toEqual(['image.raw'])
  })
})
