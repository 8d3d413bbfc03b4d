import { describe, expect, it } from 'vitest'
import { encodeUtf8 } from '../../../src/bytes/index.ts'
import { IoError } from '../../../src/errors.ts'
import { nodeCodecs as codecs } from '../../../src/node/index.ts'
import { checkPxeSet, checkServedPxeSet, type PxeSetReport, type RemoteFiles } from '../../../src/operations/index.ts'
import { buildPxeSet, editPxeSetFile, openBootFile, type PxeSetFiles } from '../../support/pxe-set.ts'

const BASE = 'http://boot.example/pxe'
const MAC = '52:54:00:12:34:56'

/** A server with a set, and what was asked of it. */
function serve(files: PxeSetFiles, base = BASE): RemoteFiles & { readonly requests: string[] } {
  const requests: string[] = []
  const find = (url: string): Uint8Array => {
    const bytes = files.get(url.replace(/[?#].*$/, '').slice(base.length + 1))
    if (bytes && url.startsWith(base)) return bytes
    throw new IoError('FILE_NOT_FOUND', `Cannot fetch ${url}: 404`)
  }
  return {
    requests,
    measure: async (url) => {
      requests.push(`HEAD ${url}`)
      return { byteLength: find(url).byteLength }
    },
    withFile: async (url, work) => {
      requests.push(`GET ${url}`)
      return work(openBootFile(find(url), url))
    },
  }
}

function check(files: PxeSetFiles, url = BASE): Promise<PxeSetReport> {
  return checkServedPxeSet(url, { codecs, remote: serve(files) })
}

describe('checkServedPxeSet', () => {
  it.each([BASE, `${BASE}/`, `${BASE}/?x=1`])('finds the scripts of a set at %s, and the set in order', async (url) => {
    const report = await check(await buildPxeSet({ baseUrl: BASE }), url)
    expect(report).toMatchObject({ problems: [], unchecked: [] })
    expect(report.entries.map(({ script, version }) => [script, version])).toEqual(
      ['boot.ipxe', 'grub.cfg', 'pxelinux.cfg/default'].map((path) => [`${BASE}/${path}`, '38.20230718.dev.0']),
    )
  })

  it('checks one script, and those that it names', async () => {
    const report = await check(await buildPxeSet({ hosts: [{ mac: MAC }] }), `${BASE}/grub.cfg`)
    expect(report).toMatchObject({ problems: [], unchecked: [] })
    expect(report.entries.map(({ script }) => script)).toEqual([
      `${BASE}/grub.cfg`,
      `${BASE}/grub.cfg-01-52-54-00-12-34-56`,
    ])
  })

  it('fetches each file once, and the start of scripts and kernels alone is asked of', async () => {
    const remote = serve(await buildPxeSet({ baseUrl: BASE }))
    await checkServedPxeSet(BASE, { codecs, remote })
    const fetched = remote.requests.filter((request) => request.startsWith('GET')).sort()
    expect(fetched).toEqual([...new Set(fetched)])
    expect(fetched).toContain(`GET ${BASE}/rootfs.img`)
  })

  it.each<{ name: string; change: (files: PxeSetFiles) => void; problems: readonly (readonly [string, string])[] }>([
    {
      name: 'no scripts',
      change: (files) => void files.delete('grub.cfg'),
      problems: [
        ['.', 'boot.ipxe: 404'],
        ['.', 'grub.cfg: 404'],
        ['.', 'default: 404'],
        ['.', 'no boot script'],
      ],
    },
    {
      name: 'a missing kernel',
      change: (files) => void files.delete('vmlinuz'),
      problems: [[`${BASE}/grub.cfg`, 'vmlinuz: 404']],
    },
    {
      name: 'a missing rootfs',
      change: (files) => void files.delete('rootfs.img'),
      problems: [[`${BASE}/grub.cfg`, 'rootfs.img: 404']],
    },
    {
      name: 'a page in place of the kernel',
      change: (files) => void files.set('vmlinuz', encodeUtf8('<html>')),
      problems: [[`${BASE}/vmlinuz`, 'not a kernel']],
    },
    {
      name: 'an empty initramfs',
      change: (files) => void files.set('initrd.img', new Uint8Array()),
      problems: [[`${BASE}/initrd.img`, 'empty']],
    },
    {
      name: 'a rootfs with a flipped bit',
      change: (files) => {
        const rootfs = Uint8Array.from(files.get('rootfs.img') ?? [])
        rootfs[1000] = (rootfs[1000] ?? 0) ^ 1
        files.set('rootfs.img', rootfs)
      },
      problems: [[`${BASE}/rootfs.img`, 'offset 0']],
    },
    {
      name: 'a way over the top of the server',
      change: (files) => editPxeSetFile(files, 'grub.cfg', '/config.img', '/../../config.img'),
      problems: [[`${BASE}/grub.cfg`, 'outside']],
    },
  ])('finds $name', async ({ change, problems }) => {
    const files = await buildPxeSet({ baseUrl: BASE, loaders: ['grub'] })
    change(files)
    expect((await check(files)).problems).toEqual(
      problems.map(([path, says]) => ({ path, line: undefined, problem: expect.stringContaining(says) })),
    )
  })

  it('asks a server that tells no lengths, and complains', async () => {
    const remote = {
      ...serve(await buildPxeSet({ loaders: ['grub'] })),
      measure: async () => ({ byteLength: undefined }),
    }
    const { problems } = await checkServedPxeSet(`${BASE}/grub.cfg`, { codecs, remote })
    expect(problems.map(({ problem }) => problem)).toContain(
      `the server does not tell the length of ${BASE}/rootfs.img`,
    )
  })

  it('counts paths from where a redirect leads, which GRUB does not follow', async () => {
    const files = await buildPxeSet()
    const served = serve(files)
    const moved = (url: string): string => url.replace('/old', '/pxe')
    const remote: RemoteFiles = {
      measure: async (url) => ({
        ...(await served.measure(moved(url))),
        redirectedTo: url === moved(url) ? undefined : moved(url),
      }),
      withFile: (url, work) => served.withFile(moved(url), (file) => work({ ...file, redirectedTo: moved(url) })),
    }
    const old = 'http://boot.example/old'
    expect((await checkServedPxeSet(`${old}/boot.ipxe`, { codecs, remote })).problems).toEqual([])
    expect(served.requests.join()).not.toContain('/old')
    editPxeSetFile(files, 'grub.cfg', /"[^"]*\/vmlinuz"/, "'(http,boot.example)/old/vmlinuz'")
    const { problems } = await checkServedPxeSet(`${BASE}/grub.cfg`, { codecs, remote })
    const problem = `GRUB does not follow the redirect from ${old}/vmlinuz to ${BASE}/vmlinuz`
    expect(problems).toEqual([{ path: `${BASE}/grub.cfg`, line: undefined, problem }])
  })

  it('keeps names, passwords and queries out of the report', async () => {
    const base = 'http://user:hunter2@boot.example/pxe'
    const files = await buildPxeSet({ loaders: ['ipxe'] })
    editPxeSetFile(files, 'boot.ipxe', ' vmlinuz', ` ${base}/vmlinuz?token=hunter2`)
    editPxeSetFile(files, 'boot.ipxe', 'mitigations', `coreos.live.rootfs_url=${base}/rootfs.img mitigations`)
    files.delete('config.img')
    files.set('rootfs.img', encodeUtf8('no initrd'))
    const report = await checkServedPxeSet(`${base}/boot.ipxe`, { codecs, remote: serve(files, base) })
    expect(report.problems.length).toBeGreaterThan(1)
    expect(JSON.stringify(report)).not.toContain('hunter2')
  })

  it('does not follow scripts that name each other for ever', async () => {
    const remote: RemoteFiles = {
      measure: async () => ({ byteLength: 100 }),
      withFile: (url, work) => work(openBootFile(encodeUtf8(`configfile ${url.split('/').at(-1)}0`), url)),
    }
    const { problems } = await checkServedPxeSet(`${BASE}/grub.cfg`, { codecs, remote })
    expect(problems.at(-1)?.problem).toContain('more than 1000 scripts')
  })
})

describe('checkPxeSet with a way to other servers', () => {
  it('looks at what the scripts of a folder load from elsewhere', async () => {
    const files = await buildPxeSet({ baseUrl: BASE, loaders: ['ipxe'] })
    const folder = {
      name: 'set',
      paths: ['boot.ipxe', 'vmlinuz', 'initrd.img', 'config.img'],
      withFile: ((path, work) => work(openBootFile(files.get(path)!, path))) satisfies RemoteFiles['withFile'],
    }
    const remote = serve(files)
    expect(await checkPxeSet(folder, { codecs, remote })).toMatchObject({ problems: [], unchecked: [] })
    expect(remote.requests).toEqual([`HEAD ${BASE}/rootfs.img`, `GET ${BASE}/rootfs.img`])
    expect(await checkPxeSet(folder, { codecs })).toMatchObject({ problems: [], unchecked: [`${BASE}/rootfs.img`] })

    editPxeSetFile(files, 'boot.ipxe', 'http:', 'tftp:')
    const report = await checkPxeSet(folder, { codecs, remote })
    expect(report).toMatchObject({ problems: [], unchecked: ['tftp://boot.example/pxe/rootfs.img'] })
  })
})
