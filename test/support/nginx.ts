import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** A running nginx that serves a folder. */
export interface Nginx extends AsyncDisposable {
  /** Where the folder is served, without a slash at the end. */
  readonly url: string
  /** The requests so far, as `HEAD /vmlinuz 200`. */
  requests(): Promise<readonly string[]>
}

/** Options of {@link startNginx}. */
export interface NginxOptions {
  /** Directives for the server, such as `location` blocks. */
  readonly directives?: string
}

const START_MS = 10_000

/** Serves a folder with a real nginx on the loopback interface. Call `needs(context, 'nginx')` first. */
export async function startNginx(folder: string, { directives = '' }: NginxOptions = {}): Promise<Nginx> {
  const state = await mkdtemp(join(tmpdir(), 'isokit-nginx-'))
  const port = await findFreePort()
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${state}/${name};`,
  )
  const configPath = join(state, 'nginx.conf')
  await writeFile(
    configPath,
    `daemon off;
    ${process.getuid?.() === 0 ? 'user root;' : ''}
    pid ${state}/nginx.pid;
    events {}
    http {
      log_format request '$request_method $uri $status';
      access_log ${state}/access.log request;
      ${temporary.join('\n')}
      server { listen 127.0.0.1:${port}; root ${folder}; ${directives} }
    }`,
  )
  const child = spawn('nginx', ['-c', configPath, '-e', join(state, 'error.log')], { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const url = `http://127.0.0.1:${port}`
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await ended
    await rm(state, { recursive: true, force: true })
  }
  try {
    await waitFor(url)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url,
    async requests() {
      return (await readFile(join(state, 'access.log'), 'utf8')).split('\n').filter((line) => line !== '')
    },
    [Symbol.asyncDispose]: stop,
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (typeof address !== 'object' || address === null) throw new TypeError('no port was given')
  return address.port
}

async function waitFor(url: string): Promise<void> {
  const endMs = Date.now() + START_MS
  for (;;) {
    try {
      await (await fetch(url, { method: 'OPTIONS' })).body?.cancel()
      return
    } catch (error) {
      if (Date.now() > endMs) throw error
      await delay(20)
    }
  }
}
