import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, link, lstat, mkdir, readdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memorySource, overlay, readAll, type Source, zeroSource } from '../../src/bytes/index.ts'
import { createFile, createOutput, openFile, saveImage } from '../../src/node/index.ts'
import { abortingSource, failingSource, stallingSource } from '../support/faulty.ts'
import { needs } from '../support/needs.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const MIB = 1024 * 1024
let directory: Awaited<ReturnType<typeof temporaryDirectory>>
const at = (name: string): string => join(directory.path, name)
const names = async (): Promise<string[]> => (await readdir(directory.path)).sort()
const PATTERN = Uint8Array.from({ length: 251 }, (_, index) => (index * 31 + 1) % 256)
const someBytes = (byteLength: number): Uint8Array => new Uint8Array(Buffer.alloc(byteLength, PATTERN))
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Runs `work` with a shell script in the place of a program, or without that program. */
async function withProgram<T>(name: string, script: string | undefined, work: () => Promise<T>): Promise<T> {
  await mkdir(at('bin'))
  if (script !== undefined)
    await writeFile(at(`bin/${name}`), `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`, { mode: 0o755 })
  const path = process.env['PATH']
  process.env['PATH'] = at('bin')
  try {
    return await work()
  } finally {
    process.env['PATH'] = path
  }
}

beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => directory[Symbol.asyncDispose]())

describe('saveImage', () => {
  beforeEach((context) => {
    if (context.task.name.includes('full disk')) needs(context, 'root', 'mount')
  })

  it.each([
    { name: 'with the shortcuts of the system', options: {} },
    { name: 'with none of them', options: { fastPaths: false } },
    { name: 'with a hash', options: { hash: true } },
    { name: 'with a hash and no shortcuts', options: { hash: true, fastPaths: false } },
  ])('writes an edited file $name: patched in the middle, extended, and its hash', async ({ options }) => {
    await writeFile(at('in.iso'), someBytes(3 * MIB + 100))
    await using file = await openFile(at('in.iso'))
    const inner = overlay(file, [{ offset: MIB - 5, bytes: new Uint8Array(10).fill(1) }])
    const edited = overlay(inner, [
      { offset: MIB, bytes: new Uint8Array(3).fill(2) }, // on top of the lower patch
      { offset: 3 * MIB + 200, bytes: new Uint8Array(50).fill(3) }, // behind the end
    ])
    const expected = await readAll(edited)

    const result = await saveImage(edited, at('out.iso'), options)

    expect(sha256(await readFile(at('out.iso')))).toBe(sha256(expected))
    expect(result.byteLength).toBe(expected.byteLength)
    expect(result.sha256).toBe(options.hash ? sha256(expected) : undefined)
    if (options.fastPaths === false) expect(result.method).toBe('stream')
    expect(sha256(await readFile(at('in.iso')))).toBe(sha256(someBytes(3 * MIB + 100)))
    expect(await names()).toEqual(['in.iso', 'out.iso'])
  })

  it('copies without moving the bytes through this process on Linux', async (context) => {
    needs(context, 'linux', 'cp')
    await writeFile(at('in.iso'), someBytes(MIB))
    await using file = await openFile(at('in.iso'))
    expect((await saveImage(file, at('out.iso'))).method).not.toBe('stream')
  })

  it('streams when another file has taken the name of the open one', async () => {
    await writeFile(at('in.iso'), someBytes(MIB))
    await using file = await openFile(at('in.iso'))
    await writeFile(at('other'), new Uint8Array(MIB))
    execFileSync('mv', [at('other'), at('in.iso')])
    expect((await saveImage(file, at('out.iso'))).method).toBe('stream')
    expect(sha256(await readFile(at('out.iso')))).toBe(sha256(someBytes(MIB)))
  })

  it.each([true, false])('leaves holes holes (shortcuts: %s)', async (fastPaths) => {
    await writeFile(at('in.iso'), someBytes(1000))
    await truncate(at('in.iso'), 64 * MIB)
    await using file = await openFile(at('in.iso'))
    await saveImage(overlay(file, [{ offset: 32 * MIB, bytes: Uint8Array.of(1) }]), at('out.iso'), { fastPaths })
    const { size, blocks } = await stat(at('out.iso'))
    expect(size).toBe(64 * MIB)
    expect(blocks * 512).toBeLessThan(4 * MIB)
  })

  it('saves a source that ends in a hole, and one without a byte', async () => {
    await saveImage(zeroSource(2 * MIB + 1), at('zeros'))
    await saveImage(memorySource(new Uint8Array(0)), at('empty'))
    expect((await stat(at('zeros'))).size).toBe(2 * MIB + 1)
    expect((await stat(at('empty'))).size).toBe(0)
  })

  it('gives the exact mode that was asked for, whatever the umask, and what the umask leaves otherwise', async () => {
    await writeFile(at('in.iso'), 'image', { mode: 0o444 })
    await chmod(at('in.iso'), 0o444)
    const mask = process.umask(0o077)
    try {
      for (const fastPaths of [true, false]) {
        await using file = await openFile(at('in.iso'))
        await saveImage(file, at(`a-${fastPaths}`), { fastPaths, mode: 0o640 })
        await saveImage(file, at(`b-${fastPaths}`), { fastPaths })
        expect((await stat(at(`a-${fastPaths}`))).mode & 0o777).toBe(0o640)
        expect((await stat(at(`b-${fastPaths}`))).mode & 0o777).toBe(0o600)
      }
    } finally {
      process.umask(mask)
    }
  })

  it('refuses an existing output before it reads a byte, and leaves it alone', async () => {
    await writeFile(at('out.iso'), 'mine')
    await expect(saveImage(failingSource(zeroSource(MIB), 0), at('out.iso'))).rejects.toMatchObject({
      code: 'OUTPUT_EXISTS',
      message: expect.stringContaining('File exists'),
    })
    expect(await readFile(at('out.iso'), 'utf8')).toBe('mine')
    expect(await names()).toEqual(['out.iso'])
  })

  it('refuses an output that somebody makes in the meantime', async () => {
    const source: Source = {
      ...memorySource(someBytes(100)),
      async read() {
        await writeFile(at('out.iso'), 'mine')
        return someBytes(100)
      },
    }
    await expect(saveImage(source, at('out.iso'))).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' })
    expect(await readFile(at('out.iso'), 'utf8')).toBe('mine')
    expect(await names()).toEqual(['out.iso'])
  })

  it('replaces a file only when the new one is whole', async () => {
    await writeFile(at('out.iso'), 'old')
    const broken = failingSource(memorySource(someBytes(3 * MIB)), 2)
    await expect(saveImage(broken, at('out.iso'), { overwrite: true })).rejects.toThrow()
    expect(await readFile(at('out.iso'), 'utf8')).toBe('old')
    await saveImage(memorySource(someBytes(100)), at('out.iso'), { overwrite: true })
    expect(sha256(await readFile(at('out.iso')))).toBe(sha256(someBytes(100)))
    expect(await names()).toEqual(['out.iso'])
  })

  it('replaces the image that it reads', async () => {
    await writeFile(at('live.iso'), someBytes(2 * MIB))
    await using file = await openFile(at('live.iso'))
    const edited = overlay(file, [{ offset: 10, bytes: Uint8Array.of(1, 2, 3) }])
    await saveImage(edited, at('live.iso'), { overwrite: true })
    expect(sha256(await readFile(at('live.iso')))).toBe(sha256(await readAll(edited)))
  })

  it('replaces what a symbolic link leads to, and keeps the link and other names of the old file', async () => {
    await writeFile(at('target'), 'old')
    await link(at('target'), at('other-name'))
    await symlink('target', at('out.iso'))
    await saveImage(memorySource(someBytes(10)), at('out.iso'), { overwrite: true })
    expect((await lstat(at('out.iso'))).isSymbolicLink()).toBe(true)
    expect(sha256(await readFile(at('target')))).toBe(sha256(someBytes(10)))
    expect(await readFile(at('other-name'), 'utf8')).toBe('old')
  })

  it.each([
    { name: 'a directory', path: 'folder', overwrite: true, code: 'IS_A_DIRECTORY' },
    { name: 'a symbolic link that leads nowhere', path: 'dangling', overwrite: false, code: 'OUTPUT_EXISTS' },
    { name: 'a file in a missing directory', path: 'missing/out.iso', overwrite: false, code: 'FILE_NOT_FOUND' },
  ])('refuses $name', async ({ path, overwrite, code }) => {
    await mkdir(at('folder'))
    await symlink('nowhere', at('dangling'))
    await expect(saveImage(zeroSource(10), at(path), { overwrite })).rejects.toMatchObject({ code })
    expect(await names()).toEqual(['dangling', 'folder'])
  })

  it('writes straight to a device that takes bytes in order, zeros included', async () => {
    execFileSync('mkfifo', [at('pipe')])
    const bytes = new Uint8Array(3 * MIB).fill(9, 2 * MIB)
    const [read, result] = await Promise.all([readFile(at('pipe')), saveImage(memorySource(bytes), at('pipe'))])
    expect(sha256(read)).toBe(sha256(bytes))
    expect(result.method).toBe('stream')
    await saveImage(memorySource(bytes), '/dev/null')
  })

  it('says that the disk is full', async () => {
    await expect(saveImage(memorySource(someBytes(10)), '/dev/full')).rejects.toMatchObject({ code: 'DISK_FULL' })
  })

  it.each([true, false])('leaves nothing on a full disk (shortcuts: %s)', async (fastPaths) => {
    await writeFile(at('in.iso'), someBytes(3 * MIB))
    await mkdir(at('small'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', at('small')])
    try {
      await using file = await openFile(at('in.iso'))
      await expect(saveImage(file, at('small/out.iso'), { fastPaths })).rejects.toMatchObject({ code: 'DISK_FULL' })
      expect(await readdir(at('small'))).toEqual([])
    } finally {
      execFileSync('umount', [at('small')])
    }
  })

  it('leaves no file behind when the source fails halfway', async () => {
    const source = failingSource(memorySource(someBytes(5 * MIB)), 3)
    await expect(saveImage(source, at('out.iso'))).rejects.toMatchObject({ code: 'EIO' })
    expect(await names()).toEqual([])
  })

  it('leaves no file behind when it is aborted, be it before, between or inside reads', async () => {
    const bytes = memorySource(someBytes(5 * MIB))
    const controller = new AbortController()
    for (const { source, signal } of [
      { source: bytes, signal: AbortSignal.abort() },
      { source: abortingSource(bytes, controller, 3), signal: controller.signal },
      { source: stallingSource(bytes, 2), signal: AbortSignal.timeout(50) },
    ]) {
      const error: unknown = await saveImage(source, at('out.iso'), { signal }).catch((reason: unknown) => reason)
      expect(signal.aborted).toBe(true)
      expect(error).toBe(signal.reason)
      expect(await names()).toEqual([])
    }
  })

  it.each([
    { name: 'fails', script: 'exit 1' },
    { name: 'copies a part', script: 'for path; do :; done; head -c 1000 /dev/fd/3 >"$path"' },
    { name: 'is not there', script: undefined },
  ])('streams when the system’s cp $name', async ({ script }) => {
    await writeFile(at('in.iso'), someBytes(2 * MIB))
    await using file = await openFile(at('in.iso'))
    const result = await withProgram('cp', script, () => saveImage(file, at('out.iso')))
    expect(result.method).toBe('stream')
    expect(sha256(await readFile(at('out.iso')))).toBe(sha256(someBytes(2 * MIB)))
  })

  it('stops a copy in the kernel at once', async (context) => {
    needs(context, 'linux')
    await writeFile(at('in.iso'), someBytes(MIB))
    await using file = await openFile(at('in.iso'))
    const signal = AbortSignal.timeout(100)
    const started = performance.now()
    const saving = withProgram('cp', 'for path; do :; done; echo part >"$path"; exec sleep 60', () =>
      saveImage(file, at('out.iso'), { signal }),
    )
    await expect(saving).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(performance.now() - started).toBeLessThan(5_000)
    expect(await names()).toEqual(['bin', 'in.iso'])
  })

  it('leaves nothing when the process exits in the middle', async () => {
    runUntilOutput('process.exit(3)')
    expect(await names()).toEqual([])
  })

  it('removes what a killed run left for the same output, and nothing else', async () => {
    runUntilOutput("process.kill(process.pid, 'SIGKILL')")
    const [left] = await names()
    expect(left).toMatch(/^\.isokit-/)
    {
      await using _other = await createOutput(at('other.iso'))
      expect(await names()).toContain(left)
    }
    await using _alive = await createOutput(at('out.iso'))
    expect(await names()).not.toContain(left)
    await saveImage(zeroSource(5), at('out.iso')) // the one that is being written stays
    expect(await names()).toHaveLength(2)
  })

  /** Runs a process that begins to write `out.iso`, and ends like that. */
  function runUntilOutput(end: string): void {
    const script = `import { createOutput } from ${JSON.stringify(join(import.meta.dirname, '../../src/node/index.ts'))}
      const output = await createOutput(${JSON.stringify(at('out.iso'))})
      await output.write(0, new Uint8Array(1000))
      ${end}`
    const { stderr } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
      encoding: 'utf8',
    })
    expect(stderr).not.toContain('Error')
  }
})

describe('createFile', () => {
  it('makes a file from bytes or a source, and never in place of another', async () => {
    await createFile(at('a'), Uint8Array.of(1, 2, 3), { mode: 0o600 })
    await createFile(at('b'), memorySource(someBytes(2 * MIB)))
    expect([...(await readFile(at('a')))]).toEqual([1, 2, 3])
    expect((await stat(at('a'))).mode & 0o777).toBe(0o600)
    expect(sha256(await readFile(at('b')))).toBe(sha256(someBytes(2 * MIB)))
    await expect(createFile(at('a'), new Uint8Array(0))).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' })
    expect(await names()).toEqual(['a', 'b'])
  })
})
