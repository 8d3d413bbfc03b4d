import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memorySource } from '../../src/bytes/index.ts'
import { streamToStdout } from '../../src/node/index.ts'
import { needs } from '../support/needs.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const FACE = JSON.stringify(join(import.meta.dirname, '../../src/node/index.ts'))
const BYTES = new Uint8Array(3 * 1024 * 1024 + 17).map((_, index) => index % 253)
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
let directory: Awaited<ReturnType<typeof temporaryDirectory>>
const at = (name: string): string => join(directory.path, name)

beforeEach(async () => {
  directory = await temporaryDirectory()
  await writeFile(at('image'), BYTES)
  await writeFile(
    at('cat.ts'),
    `import { openFile, streamToStdout } from ${FACE}
    await using file = await openFile(${JSON.stringify(at('image'))})
    try { console.error(JSON.stringify(await streamToStdout(file, { hash: true }))) }
    catch (error) { console.error(error.code); process.exitCode = 1 }`,
  )
  await writeFile(
    at('read.ts'),
    `import { readStdin } from ${FACE}
    try { console.log((await readStdin({ maxByteLength: 1000 })).byteLength) }
    catch (error) { console.log(error.code) }`,
  )
  await writeFile(
    at('wait.ts'),
    `import { readStdin } from ${FACE}
    setTimeout(() => console.log('waiting'), 20)
    await readStdin({ signal: AbortSignal.timeout(100) }).catch((error) => console.log(error.name))`,
  )
  await writeFile(
    at('begin.ts'),
    `import { stdinReader } from ${FACE}
    if ((await stdinReader().peek(5)).byteLength === 5) console.log('begun')`,
  )
  await writeFile(at('leave.ts'), `import { stdinReader } from ${FACE}\nstdinReader()\nconsole.log('left')`)
})
afterEach(() => directory[Symbol.asyncDispose]())

const node = `${process.execPath} --disable-warning=ExperimentalWarning`
const shell = (command: string) =>
  spawnSync('sh', ['-c', command], { cwd: directory.path, encoding: 'buffer', maxBuffer: 2 ** 26, timeout: 15_000 })

describe('streamToStdout', () => {
  it.each([
    { name: 'a pipe', command: `${node} cat.ts | cat >out` },
    { name: 'a pipe whose reader takes its time', command: `${node} cat.ts | (sleep 0.3; cat >out)` },
    { name: 'a file', command: `${node} cat.ts >out` },
    { name: 'the end of a file', command: `: >out; ${node} cat.ts >>out` },
  ])('writes to $name, and gives the hash of it', async ({ command }) => {
    const { stderr } = shell(command)
    expect(JSON.parse(stderr.toString())).toEqual({ byteLength: BYTES.byteLength, sha256: sha256(BYTES) })
    expect(sha256(await readFile(at('out')))).toBe(sha256(BYTES))
  })

  it('waits for a full pipe that another program has made non-blocking', async (context) => {
    needs(context, 'python3')
    const command = `${node} cat.ts | python3 -c 'import os, time; os.set_blocking(0, False); time.sleep(0.5); os.set_blocking(0, True)
import sys, shutil; shutil.copyfileobj(sys.stdin.buffer, open("out", "wb"))'`
    shell(command)
    expect(sha256(await readFile(at('out')))).toBe(sha256(BYTES))
  })

  it('says that the reader has gone', () => {
    const { stderr } = shell(`${node} cat.ts | head -c 10 >out`)
    expect(stderr.toString().trim()).toBe('OUTPUT_CLOSED')
  })

  it('says that the disk is full', () => {
    expect(shell(`${node} cat.ts >/dev/full`).stderr.toString().trim()).toBe('DISK_FULL')
  })

  it('refuses a terminal before it writes a byte', (context) => {
    needs(context, 'script')
    const seen = execFileSync('script', ['-qc', `${node} cat.ts`, '/dev/null'], {
      cwd: directory.path,
      encoding: 'latin1',
    })
    expect(seen.trim()).toBe('STDOUT_IS_TERMINAL')
  })

  it('stops when it is aborted', async () => {
    await using handle = await open(at('out'), 'w')
    const controller = new AbortController()
    const streaming = streamToStdout(memorySource(BYTES), {
      descriptor: handle.fd,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    })
    await expect(streaming).rejects.toMatchObject({ name: 'AbortError' })
    expect((await handle.stat()).size).toBeLessThan(BYTES.byteLength)
  })
})

describe('readStdin', () => {
  it.each([
    { name: 'a pipe', command: `head -c 1000 image | ${node} read.ts`, says: '1000' },
    { name: 'a file', command: `head -c 1000 image >part; ${node} read.ts <part`, says: '1000' },
    { name: 'nothing', command: `${node} read.ts </dev/null`, says: '0' },
    { name: 'a byte too many', command: `head -c 1001 image | ${node} read.ts`, says: 'INPUT_TOO_LARGE' },
    { name: 'a stream without end', command: `${node} read.ts </dev/zero`, says: 'INPUT_TOO_LARGE' },
  ])('reads $name', ({ command, says }) => {
    expect(shell(command).stdout.toString().trim()).toBe(says)
  })

  it.each([
    { name: 'it is aborted while it waits', script: 'wait.ts', says: 'waiting\nTimeoutError\n' },
    { name: 'nobody reads on', script: 'begin.ts', says: 'begun\n' },
    { name: 'nobody reads', script: 'leave.ts', says: 'left\n' },
  ])('lets the process end when $name, though the pipe is open', async ({ script, says }) => {
    const waiting = spawn(process.execPath, [at(script)], { stdio: ['pipe', 'pipe', 'ignore'] })
    waiting.stdin.write('begin')
    let said = ''
    waiting.stdout.on('data', (chunk) => {
      said += chunk
    })
    const started = performance.now()
    await new Promise((resolve) => waiting.once('close', resolve))
    expect(performance.now() - started).toBeLessThan(5_000)
    expect(said).toBe(says)
  })
})
