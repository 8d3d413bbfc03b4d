import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CodeCache, openCodeCache } from '../../../src/cli/startup/code-cache.ts'
import { loadBundle } from '../../../src/cli/startup/load-bundle.ts'
import { needs } from '../../support/needs.ts'

const code = new Uint8Array([1, 2, 3])
let base: string

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'isokit-test-'))
})

afterEach(() => {
  rmSync(base, { recursive: true, force: true })
})

function open(build = 'build-1', env: NodeJS.ProcessEnv = {}): CodeCache | undefined {
  return openCodeCache(build, { XDG_CACHE_HOME: join(base, 'cache'), ...env })
}

describe('openCodeCache', () => {
  it('gives back what was kept, to the same build', () => {
    open()?.write('show', code)
    expect(open()?.read('show')).toEqual(Buffer.from(code))
    expect(open()?.read('embed')).toBeUndefined()
    expect(open('build-2')?.read('show')).toBeUndefined()
  })

  it('passes over a relative path in the environment, which would mean another folder in each', (context) => {
    needs(context, 'linux')
    open('build-1', { XDG_CACHE_HOME: 'cache', HOME: base })?.write('show', code)
    expect(readdirSync(join(base, '.cache/isokit/code'))).toEqual(['build-1'])
  })

  it('keeps files that nobody else can read', (context) => {
    needs(context, 'linux')
    open()?.write('show', code)
    expect(statSync(join(base, 'cache/isokit/code/build-1/show')).mode & 0o777).toBe(0o600)
    expect(statSync(join(base, 'cache/isokit/code/build-1')).mode & 0o777).toBe(0o700)
  })

  it('does not read what others could have written', (context) => {
    needs(context, 'linux')
    open()?.write('show', code)
    chmodSync(join(base, 'cache/isokit/code/build-1/show'), 0o620)
    expect(open()?.read('show')).toBeUndefined()
  })

  it.each(['isokit', 'isokit/code'])('neither removes nor keeps anything behind a link at %s', (link) => {
    const foreign = join(base, 'foreign')
    mkdirSync(join(foreign, 'code/precious'), { recursive: true })
    mkdirSync(join(base, 'cache', link, '..'), { recursive: true })
    symlinkSync(foreign, join(base, 'cache', link), 'junction')
    open()?.write('show', code)
    expect(readdirSync(foreign, { recursive: true }).sort()).toEqual(['code', join('code', 'precious')])
  })

  it('does not read through a link, though the code behind it is ours', () => {
    open()?.write('show', code)
    renameSync(join(base, 'cache/isokit'), join(base, 'moved'))
    symlinkSync(join(base, 'moved'), join(base, 'cache/isokit'), 'junction')
    expect(open()?.read('show')).toBeUndefined()
  })

  it('keeps nothing where all may write', (context) => {
    needs(context, 'linux')
    mkdirSync(join(base, 'cache'))
    chmodSync(join(base, 'cache'), 0o1777)
    open()?.write('show', code)
    expect(readdirSync(join(base, 'cache'))).toEqual([])
  })

  it('removes what other builds kept a month ago, and leaves no other files behind', () => {
    const directory = join(base, 'cache/isokit/code')
    for (const build of ['old', 'recent']) open(build)?.write('show', code)
    const monthAgo = Date.now() / 1000 - 31 * 24 * 60 * 60
    utimesSync(join(directory, 'old'), monthAgo, monthAgo)
    open('new')?.write('show', code)
    expect(readdirSync(directory, { recursive: true }).sort()).toEqual(
      ['new', 'recent'].flatMap((build) => [build, join(build, 'show')]),
    )
  })

  it('is off with NODE_DISABLE_COMPILE_CACHE, and without a home', () => {
    expect(open('build-1', { NODE_DISABLE_COMPILE_CACHE: '1' })).toBeUndefined()
    expect(openCodeCache('build-1', {})).toBeUndefined()
  })

  it('passes over what fails', () => {
    writeFileSync(join(base, 'cache'), 'a file where a directory should be')
    open()?.write('show', code)
    expect(open()?.read('show')).toBeUndefined()
  })

  it('keeps nothing below a directory that does not exist', () => {
    const env = { XDG_CACHE_HOME: join(base, 'missing/cache') }
    openCodeCache('build-1', env)?.write('show', code)
    expect(existsSync(join(base, 'missing'))).toBe(false)
  })
})

describe('loadBundle', () => {
  /** A cache that is watched. */
  function memoryCache(): CodeCache & { readonly writes: string[] } {
    const kept = new Map<string, Uint8Array>()
    const writes: string[] = []
    return {
      writes,
      read: (name) => kept.get(name),
      write(name, bytes) {
        writes.push(name)
        kept.set(name, bytes)
      },
    }
  }

  function writeBundle(source: string): string {
    const path = join(base, 'bundle.cjs')
    writeFileSync(path, `(function (module) { ${source} })`)
    return path
  }

  it('gives what the bundle exports, and keeps its code once for each name', () => {
    const path = writeBundle('module.exports = { double: (x) => 2 * x }')
    const cache = memoryCache()
    for (const name of ['a', 'a', 'b', 'b']) {
      const bundle = loadBundle(path, name, cache)
      expect(bundle.exports).toMatchObject({ double: expect.any(Function) })
      bundle.keepCode()
    }
    expect(cache.writes).toEqual(['a', 'b'])
  })

  it('replaces code that V8 does not accept', () => {
    const path = writeBundle('module.exports = { answer: 42 }')
    const cache = memoryCache()
    cache.write('a', new Uint8Array(64))
    const bundle = loadBundle(path, 'a', cache)
    expect(bundle.exports).toEqual({ answer: 42 })
    bundle.keepCode()
    loadBundle(path, 'a', cache).keepCode()
    expect(cache.writes).toEqual(['a', 'a'])
  })

  it('works without a cache', () => {
    const bundle = loadBundle(writeBundle('module.exports = { answer: 42 }'), 'a', undefined)
    expect(bundle.exports).toEqual({ answer: 42 })
    expect(() => bundle.keepCode()).not.toThrow()
  })
})
