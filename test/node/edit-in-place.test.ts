import { execFileSync } from 'node:child_process'
import { chmod, mkdir, open, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Patch, readAll, type Source } from '../../src/bytes/index.ts'
import { type EditOptions, editInPlace, openImage, type RecoveryNotice, systemDisk } from '../../src/node/index.ts'
import { crashingDisk, watchedDisk } from '../support/crashing-disk.ts'
import { systemError } from '../support/faulty.ts'
import { needs } from '../support/needs.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const NOBODY = 65_534
let directory: Awaited<ReturnType<typeof temporaryDirectory>>
let image: string
const at = (name: string): string => join(directory.path, name)
const names = async (): Promise<string[]> => (await readdir(directory.path)).sort()
const contents = (): Promise<string> => readFile(image, 'latin1')
const text = (offset: number, value: string): Patch => ({ offset, bytes: Buffer.from(value) })
const edit = (patches: readonly Patch[], options: Partial<EditOptions> = {}) =>
  editInPlace(image, { plan: async () => patches, ...options })

/** Runs `work` as a user whom file modes hold back, which root isn't. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work()
  process.seteuid?.(NOBODY)
  try {
    return await work()
  } finally {
    process.seteuid?.(0)
  }
}

beforeEach(async () => {
  directory = await temporaryDirectory()
  image = at('live.iso')
  process.env['XDG_STATE_HOME'] = at('state')
  await writeFile(image, '0123456789')
})
afterEach(async () => {
  delete process.env['XDG_STATE_HOME']
  await directory[Symbol.asyncDispose]()
})

describe('editInPlace', () => {
  it('writes what differs, and leaves nothing else behind', async () => {
    const { written } = await edit([text(2, 'AB'), text(8, '89xyz')])
    expect(await contents()).toBe('01AB456789xyz')
    expect(written.map(({ offset }) => offset)).toHaveLength(2)
    expect(await names()).toEqual(['live.iso'])
  })

  it('writes nothing and makes no journal when the edit has been made before', async () => {
    const disk = watchedDisk(systemDisk, () => undefined)
    const before = await stat(image)
    expect(await edit([text(2, '23')], { disk })).toEqual({ written: [] })
    expect(disk.operations.filter(({ kind }) => kind !== 'remove')).toEqual([])
    expect((await stat(image)).mtimeMs).toBe(before.mtimeMs)
  })

  it('has the journal on the disk before the first write, and the image before the journal goes', async () => {
    const disk = watchedDisk(systemDisk, () => undefined)
    await edit([text(2, 'AB'), text(5, 'C')], { disk })
    const steps = disk.operations.map(({ kind, path }) => `${kind} ${path.slice(directory.path.length + 1)}`)
    expect(steps.slice(steps.indexOf('create .live.iso.isokit-journal-new'))).toEqual([
      'create .live.iso.isokit-journal-new',
      'write .live.iso.isokit-journal-new',
      'sync .live.iso.isokit-journal-new',
      'rename .live.iso.isokit-journal-new',
      'sync-directory .live.iso.isokit-journal',
      'write live.iso',
      'write live.iso',
      'sync live.iso',
      'remove .live.iso.isokit-journal',
      'sync-directory .live.iso.isokit-journal',
    ])
  })

  it('keeps the journal from other users, since it has what is embedded', async () => {
    let mode = 0
    const disk = watchedDisk(systemDisk, async ({ kind, path }) => {
      if (kind === 'write' && path === image) mode = (await stat(at('.live.iso.isokit-journal'))).mode & 0o777
      return undefined
    })
    await edit([text(0, 'x')], { disk })
    expect(mode).toBe(0o600)
  })

  it('changes nothing when the plan fails', async () => {
    const plan = async (source: Source): Promise<never> => {
      await source.read(0, 4)
      throw new Error('no such area')
    }
    await expect(editInPlace(image, { plan })).rejects.toThrow('no such area')
    expect(await names()).toEqual(['live.iso'])
  })

  it.each([
    { name: 'before the first write', at: 0 },
    { name: 'between two writes', at: 1 },
    { name: 'after the last', at: 2 },
  ])('undoes the edit when it is aborted $name', async ({ at: abortAt }) => {
    const controller = new AbortController()
    let writes = 0
    const disk = watchedDisk(systemDisk, ({ kind, path }) => {
      if (kind === 'rename' && abortAt === 0) controller.abort()
      if (kind === 'write' && path === image && ++writes === abortAt) controller.abort()
      return undefined
    })
    const editing = edit([text(2, 'AB'), text(9, 'xyz')], { disk, signal: controller.signal })
    await expect(editing).rejects.toMatchObject({ name: 'AbortError' })
    expect(await contents()).toBe('0123456789')
    expect(await names()).toEqual(['live.iso'])
  })

  it.each([
    { name: 'a write', kind: 'write' },
    { name: 'waiting for the disk', kind: 'sync' },
  ])('undoes the edit when $name fails, and says what failed', async ({ kind }) => {
    let failures = 0
    const disk = watchedDisk(systemDisk, (operation) => {
      const isDue = operation.kind === kind && operation.path === image && failures++ === 0
      if (isDue) throw systemError('EIO', kind)
      return undefined
    })
    await expect(edit([text(2, 'AB'), text(9, 'xyz')], { disk })).rejects.toMatchObject({ code: 'EIO' })
    expect(await contents()).toBe('0123456789')
    expect(await names()).toEqual(['live.iso'])
  })

  it('keeps the journal, says so, and finishes the edit later, when it can be neither finished nor undone', async () => {
    const disk = watchedDisk(systemDisk, ({ kind, path }) => {
      if (kind === 'sync' && path === image) throw systemError('EIO', 'fsync')
      return undefined
    })
    await expect(edit([text(2, 'AB')], { disk })).rejects.toMatchObject({
      code: 'IO_FAILED',
      hint: expect.stringContaining('.live.iso.isokit-journal'),
    })
    expect(await names()).toEqual(['.live.iso.isokit-journal', 'live.iso'])
    await using _image = await openImage(image)
    expect(await names()).toEqual(['live.iso'])
  })

  it.each([
    { name: 'a missing image', path: 'missing', code: 'FILE_NOT_FOUND' },
    { name: 'a directory', path: 'folder', code: 'IS_A_DIRECTORY' },
    { name: 'a device that is no disk', path: '/dev/null', code: 'NOT_A_FILE' },
  ])('refuses $name', async ({ path, code }) => {
    await mkdir(at('folder'))
    const editing = editInPlace(path.startsWith('/') ? path : at(path), { plan: async () => [text(0, 'x')] })
    await expect(editing).rejects.toMatchObject({ code })
  })

  it('refuses to change an image that may not be written to, and lets it be when nothing would change', async () => {
    await chmod(directory.path, 0o755)
    await chmod(image, 0o444)
    await asNobody(async () => {
      await expect(edit([text(0, 'x')])).rejects.toMatchObject({
        code: 'PERMISSION_DENIED',
        message: expect.stringContaining(image),
      })
      expect(await edit([text(0, '0')])).toEqual({ written: [] })
    })
    expect(await contents()).toBe('0123456789')
  })

  it('keeps lock and journal among the user’s state where the directory may not be written to', async () => {
    await chmod(directory.path, 0o755)
    await chmod(image, 0o666)
    await mkdir(at('state'))
    await chmod(at('state'), 0o777)
    await asNobody(async () => {
      await expect(edit([text(0, 'x')], { disk: crashingDisk(systemDisk, 8) })).rejects.toThrow()
      expect(await names()).toEqual(['live.iso', 'state'])
      expect(await readdir(at('state/isokit'))).not.toEqual([])
      await edit([])
      expect(await readdir(at('state/isokit'))).toEqual([])
    })
  })

  it('edits and recovers an image whose name leaves no room for a longer one', async () => {
    image = at('n'.repeat(255))
    await writeFile(image, '0123456789')
    const steps = watchedDisk(systemDisk, () => undefined)
    await edit([text(2, 'AB')], { disk: steps })
    const lastWrite = steps.operations.findLastIndex(({ kind }) => kind === 'write')
    await expect(edit([text(4, 'C')], { disk: crashingDisk(systemDisk, lastWrite, 1) })).rejects.toThrow()
    await using _image = await openImage(image)
    expect(await contents()).toBe('01ABC56789')
    expect(await readdir(at('state/isokit'))).toEqual([])
  })

  it('edits an image on a full disk, the journal being kept elsewhere', async (context) => {
    needs(context, 'root', 'mount')
    await using _disk = await smallDisk()
    image = at('small/live.iso')
    await writeFile(image, '0123456789')
    await writeFile(at('small/ballast'), new Uint8Array(2 ** 21)).catch(() => {})
    await edit([text(2, 'AB')])
    expect(await contents()).toBe('01AB456789')
    expect((await readdir(at('small'))).sort()).toEqual(['ballast', 'live.iso'])
  })

  it('leaves a sparse image on a full disk as it was when the edit doesn’t fit', async (context) => {
    needs(context, 'root', 'mount')
    await using _disk = await smallDisk()
    image = at('small/live.iso')
    {
      await using handle = await open(image, 'w')
      await handle.truncate(2 ** 21)
    }
    await writeFile(at('small/ballast'), new Uint8Array(2 ** 20 - 2 ** 16)).catch(() => {})
    const editing = edit([{ offset: 4096, bytes: new Uint8Array(2 ** 19).fill(1) }])
    await expect(editing).rejects.toMatchObject({ code: 'DISK_FULL' })
    expect((await readFile(image)).equals(new Uint8Array(2 ** 21))).toBe(true)
    expect((await readdir(at('small'))).sort()).toEqual(['ballast', 'live.iso'])
  })

  it('edits a block device, and refuses to extend it', async (context) => {
    needs(context, 'root', 'losetup', '/dev/loop-control')
    await writeFile(at('disk'), new Uint8Array(8192))
    image = execFileSync('losetup', ['--find', '--show', at('disk')], { encoding: 'utf8' }).trim()
    try {
      await edit([text(8190, 'AB')])
      await expect(edit([text(8190, 'ABC')])).rejects.toMatchObject({ code: 'DISK_FULL' })
      expect((await readFile(image)).subarray(8190).toString()).toBe('AB')
      expect(await readdir(at('state/isokit'))).toEqual([])
    } finally {
      execFileSync('losetup', ['--detach', image])
    }
  })

  async function smallDisk(): Promise<AsyncDisposable> {
    await mkdir(at('small'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', at('small')])
    return { [Symbol.asyncDispose]: async () => void execFileSync('umount', [at('small')]) }
  }
})

describe('the lock', () => {
  const lockPath = (): string => at('.live.iso.isokit-lock')

  it('keeps a second edit out, under whichever name it comes, and names the process', async () => {
    await symlink('live.iso', at('link'))
    await edit([text(0, 'x')], {
      plan: async () => {
        const second = editInPlace(at('link'), { plan: async () => [] })
        await expect(second).rejects.toMatchObject({
          code: 'IMAGE_BUSY',
          message: expect.stringContaining(String(process.pid)),
        })
        return [text(0, 'x')]
      },
    })
    expect(await contents()).toBe('x123456789')
  })

  it('lets one of many edits at a time through, and all of them in the end', async () => {
    const tryOnce = async (index: number): Promise<boolean> => {
      try {
        await edit([text(index, 'x')])
        return true
      } catch (error) {
        expect(error).toMatchObject({ code: 'IMAGE_BUSY' })
        return false
      }
    }
    await writeFile(lockPath(), JSON.stringify({ pid: 2 ** 22 - 1, startedAt: '', system: await ownSystem() }))
    let rest = Array.from({ length: 8 }, (_, index) => index)
    for (let round = 0; rest.length > 0 && round < 50; round++) {
      const done = await Promise.all(rest.map(tryOnce))
      rest = rest.filter((_, index) => !done[index])
    }
    expect(await contents()).toBe('xxxxxxxx89')
    expect(await names()).toEqual(['live.iso'])
  })

  it.each([
    { name: 'of a process that has ended', owner: { pid: 2 ** 22 - 1 }, isTaken: true },
    { name: 'of a process whose number another one has now', owner: { startedAt: 'another boot 1' }, isTaken: true },
    { name: 'of another machine', owner: { system: 'elsewhere' }, isTaken: false },
    {
      name: 'of another machine that has been silent for long',
      owner: { system: 'elsewhere' },
      ageMinutes: 11,
      isTaken: true,
    },
  ])('is taken over when it is one $name: $isTaken', async ({ owner, isTaken, ageMinutes = 0 }) => {
    await writeFile(
      lockPath(),
      JSON.stringify({ pid: process.pid, startedAt: '', system: await ownSystem(), ...owner }),
    )
    const time = new Date(Date.now() - ageMinutes * 60_000)
    await utimes(lockPath(), time, time)
    const editing = edit([text(0, 'x')])
    if (isTaken) await editing
    else await expect(editing).rejects.toMatchObject({ code: 'IMAGE_BUSY', hint: expect.stringContaining(lockPath()) })
    expect(await names()).toEqual(isTaken ? ['live.iso'] : ['.live.iso.isokit-lock', 'live.iso'])
  })

  it('is not one when it can’t be read, unless it is old', async () => {
    await writeFile(lockPath(), 'what?')
    await expect(edit([text(0, 'x')])).rejects.toMatchObject({ code: 'IMAGE_BUSY' })
  })

  /** As this process writes it into its own lock. */
  async function ownSystem(): Promise<string> {
    let system = hostname()
    await edit([], {
      plan: async () => {
        system = JSON.parse(await readFile(lockPath(), 'utf8')).system
        return []
      },
    })
    return system
  }
})

describe('a journal', () => {
  const journalPath = (): string => at('.live.iso.isokit-journal')
  const notices: RecoveryNotice[] = []
  const onNotice = (notice: RecoveryNotice): void => void notices.push(notice)

  beforeEach(async () => {
    notices.length = 0
    // One of two writes gets through.
    const steps = watchedDisk(systemDisk, () => undefined)
    await edit([text(2, 'AB'), text(9, 'xyz')], { disk: steps })
    const second = steps.operations.findLastIndex(({ kind }) => kind === 'write')
    await writeFile(image, '0123456789')
    await expect(edit([text(2, 'AB'), text(9, 'xyz')], { disk: crashingDisk(systemDisk, second) })).rejects.toThrow()
    expect(await contents()).toBe('01AB456789')
  })

  it('is finished by the next edit, before it plans', async () => {
    const plan = async (source: Source): Promise<Patch[]> => {
      expect(Buffer.from(await readAll(source)).toString()).toBe('01AB45678xyz')
      return [text(0, 'N')]
    }
    await editInPlace(image, { plan, onNotice })
    expect(await contents()).toBe('N1AB45678xyz')
    expect(notices).toMatchObject([{ outcome: 'finished' }])
  })

  it('is shown as finished where the image can’t be written to', async () => {
    await chmod(directory.path, 0o755)
    await chmod(journalPath(), 0o644)
    await chmod(image, 0o444)
    await asNobody(async () => {
      await using shown = await openImage(image, { onNotice })
      expect(Buffer.from(await readAll(shown)).toString()).toBe('01AB45678xyz')
      expect(shown.path).toBe(image)
    })
    expect(notices).toMatchObject([{ outcome: 'shown-finished' }])
    expect(await contents()).toBe('01AB456789')
  })

  it('is dropped when a whole image has been put in the place of the half edited one', async () => {
    await writeFile(image, '0123456789')
    await using opened = await openImage(image, { onNotice })
    expect(Buffer.from(await readAll(opened)).toString()).toBe('0123456789')
    expect(notices).toMatchObject([{ outcome: 'undone' }])
    expect(await names()).toEqual(['live.iso'])
  })

  it.each([
    { name: 'the image has other bytes in its place', damage: () => writeFile(image, '01ZZ456789') },
    { name: 'the image has become shorter', damage: () => writeFile(image, '01AB') },
    { name: 'the image has become longer', damage: () => writeFile(image, '01AB45678xyz+') },
    { name: 'a bit of it is wrong', damage: () => flipByte(50) },
    { name: 'it is empty', damage: () => writeFile(journalPath(), '') },
    { name: 'it is something else', damage: () => writeFile(journalPath(), new Uint8Array(5000)) },
  ])('is refused when $name; nothing is touched then', async ({ damage }) => {
    await damage()
    const before = [await contents(), await readFile(journalPath(), 'latin1')]
    const expected = { code: 'JOURNAL_MISMATCH', hint: expect.stringContaining(journalPath()) }
    await expect(openImage(image)).rejects.toMatchObject(expected)
    await expect(edit([text(0, 'x')])).rejects.toMatchObject(expected)
    expect([await contents(), await readFile(journalPath(), 'latin1')]).toEqual(before)
  })

  it('is refused when it belongs to a stranger, or is a symbolic link', async (context) => {
    needs(context, 'root')
    const { chown, rename } = await import('node:fs/promises')
    await chown(journalPath(), NOBODY, NOBODY)
    await expect(openImage(image)).rejects.toMatchObject({ code: 'JOURNAL_MISMATCH' })
    await chown(journalPath(), 0, 0)
    await rename(journalPath(), at('elsewhere'))
    await symlink('elsewhere', journalPath())
    await expect(openImage(image)).rejects.toMatchObject({ name: 'IoError' })
    expect(await contents()).toBe('01AB456789')
  })

  async function flipByte(offset: number): Promise<void> {
    const bytes = await readFile(journalPath())
    bytes[offset] = (bytes[offset] ?? 0) ^ 1
    await writeFile(journalPath(), bytes)
  }
})
