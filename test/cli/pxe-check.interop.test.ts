import { rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { needs } from '../support/needs.ts'
import { type Nginx, startNginx } from '../support/nginx.ts'
import { type MainResult, runMain } from '../support/run-main.ts'
import { saveLiveIso } from '../support/save-live-iso.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const MAC = '52:54:00:12:34:56'

let directory: Awaited<ReturnType<typeof temporaryDirectory>>
let nginx: Nginx
beforeEach(async (context) => {
  needs(context, 'nginx')
  directory = await temporaryDirectory()
  await saveLiveIso(at('live.iso'))
  await writeFile(at('all.ign'), '{"ignition":{"version":"3.4.0"}}')
  await writeFile(at('users'), 'boot:{PLAIN}hunter2\n')
  nginx = await startNginx(directory.path, {
    directives: `location /closed { auth_basic closed; auth_basic_user_file ${at('users')}; }
      rewrite ^/moved/(.*)$ /set/$1 redirect;`,
  })
})
afterEach(async () => {
  await nginx?.[Symbol.asyncDispose]()
  await directory?.[Symbol.asyncDispose]()
})

const at = (path: string): string => join(directory.path, path)
const check = (...argv: readonly string[]): Promise<MainResult> => runMain(['pxe', 'check', ...argv])

async function makeSet(path: string, ...argv: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await runMain([
    'pxe',
    'config',
    '-i',
    at('all.ign'),
    '-o',
    at(path),
    ...argv,
    at('live.iso'),
  ])
  expect(exitCode, stderr).toBe(0)
}

describe('isokit pxe check at nginx', () => {
  it('finds a set in order, with its rootfs by URL and scripts for hosts', async () => {
    await makeSet('set', '--base-url', `${nginx.url}/set`, '--host', `${MAC}=${at('all.ign')}`)
    const url = `${nginx.url}/set/`
    expect(await check(url)).toEqual({ exitCode: 0, stdout: `${url} is in order: 4 boot scripts\n`, stderr: '' })
    const requests = await nginx.requests()
    expect(requests).toContain('HEAD /set/rootfs.img 200')
    expect(requests.filter((request) => request === 'GET /set/rootfs.img 200')).toHaveLength(1)

    const one = await check('--json', `${nginx.url}/set/boot.ipxe`)
    expect(JSON.parse(one.stdout)).toMatchObject({
      entries: [{ script: `${nginx.url}/set/boot.ipxe`, loader: 'ipxe', version: '38.20230718.dev.0' }],
      problems: [],
    })
  })

  it('looks from a directory to the server only when it is told to', async () => {
    await makeSet('set', '--base-url', `${nginx.url}/set`)
    await makeSet('there', '--rootfs-url', `${nginx.url}/set/rootfs.img`)
    expect((await check(at('there'))).stdout).toContain(`not checked: ${nginx.url}/set/rootfs.img`)
    expect(await nginx.requests()).toEqual(['OPTIONS / 405'])
    expect((await check('--fetch', at('there'))).stdout).toBe(`${at('there')} is in order: 3 boot scripts\n`)
    await truncate(at('set/rootfs.img'), 4096)
    const { exitCode, stdout } = await check('--fetch', at('there'))
    expect(exitCode).toBe(1)
    expect(stdout).toContain(`${nginx.url}/set/rootfs.img: `)
  })

  it('lists what is missing, forbidden, damaged or changed', async () => {
    await makeSet('set', '--base-url', `${nginx.url}/set`, '--loader', 'grub')
    await rm(at('set/vmlinuz'))
    await writeFile(at('set/config.img'), 'not an initrd')
    await writeFile(at('set/rootfs.img'), '')
    const { exitCode, stdout } = await check(`${nginx.url}/set`)
    expect(exitCode).toBe(1)
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/grub\.cfg: .*vmlinuz.*404/),
      expect.stringMatching(/config\.img: /),
      expect.stringMatching(/rootfs\.img: it is empty/),
      `3 problems in ${nginx.url}/set`,
      '',
    ])
    const none = await check(nginx.url)
    expect(none.exitCode).toBe(1)
    expect(none.stdout).toContain('there is no boot script')
  })

  it('goes in with a name and a password, follows redirects, and tells neither', async () => {
    await makeSet('set')
    await makeSet('closed')
    const login = nginx.url.replace('//', '//boot:hunter2@')
    const open = await check(`${login}/closed`)
    expect(open).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('is in order: 3 boot scripts') })
    const closed = await check('--json', `${nginx.url.replace('//', '//boot:hunter3@')}/closed`)
    expect(closed).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('401') })
    expect((await check(`${nginx.url}/moved/boot.ipxe`)).exitCode).toBe(0)
    expect(JSON.stringify([open, closed])).not.toMatch(/hunter/)
  })

  it('tells that nobody answers', async () => {
    await nginx[Symbol.asyncDispose]()
    const { exitCode, stdout } = await check(nginx.url)
    expect(exitCode).toBe(1)
    expect(stdout).toContain('refused')
  })
})
