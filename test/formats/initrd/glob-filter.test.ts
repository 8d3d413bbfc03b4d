import { expect, it } from 'vitest'
import { globFilter } from '../../../src/formats/initrd/index.ts'

it.each([
  { pattern: 'config.ign', matching: ['config.ign'], other: ['configXign', 'a/config.ign', 'config.ign/'] },
  { pattern: 'etc/net/*', matching: ['etc/net/', 'etc/net/a', 'etc/net/x/y'], other: ['etc/net', 'x/etc/net/a'] },
  { pattern: '*hello', matching: ['hello', 'a/hello', 'a/b/.hello'], other: ['hello2', 'Hello'] },
  { pattern: '*/hello', matching: ['a/hello', 'a/b/hello', '/hello'], other: ['hello'] },
  { pattern: 'gzip/*', matching: ['gzip/hello'], other: ['gzip'] },
  { pattern: '?', matching: ['a', '/', '💾'], other: ['', 'ab'] },
  { pattern: 'a**', matching: undefined },
  { pattern: '**a', matching: undefined },
  { pattern: 'a/**b', matching: undefined },
  { pattern: '***', matching: undefined },
  { pattern: 'a/***/b', matching: undefined },
  { pattern: '**', matching: ['', 'a', 'a/b'], other: [] },
  { pattern: 'a/**', matching: ['a/', 'a/b', 'a/b/c'], other: ['a', 'b/a/c'] },
  { pattern: '**/a', matching: ['a', 'x/a', 'x/y/a'], other: ['xa', 'x/ya', 'a/x'] },
  { pattern: 'a/**/b', matching: ['a/b', 'a/x/b', 'a/x/y/b'], other: ['ab', 'a/xb', 'a/x/yb'] },
  { pattern: '**/*.json', matching: ['a.json', 'x/y/a.json'], other: ['a.jso'] },
  { pattern: '**/**/a', matching: ['a', 'x/a', 'x/y/a'], other: ['xa'] },
  { pattern: '[abc]', matching: ['a', 'c'], other: ['d', '', 'ab'] },
  { pattern: '[a-c]x', matching: ['ax', 'bx'], other: ['dx', '-x'] },
  { pattern: '[a-]', matching: ['a', '-'], other: ['b'] },
  { pattern: '[-a]', matching: ['a', '-'], other: ['b'] },
  { pattern: '[!a-c]', matching: ['d', '!'], other: ['a', ''] },
  { pattern: '[]]', matching: [']'], other: ['['] },
  { pattern: '[]a]', matching: [']', 'a'], other: ['b'] },
  { pattern: '[!]]', matching: ['a'], other: [']'] },
  { pattern: '[[]x', matching: ['[x'], other: ['x'] },
  { pattern: '[*]', matching: ['*'], other: ['a'] },
  { pattern: '[z-a]', matching: [], other: ['a', 'z', 'm'] },
  { pattern: '[', matching: undefined },
  { pattern: '[]', matching: undefined },
  { pattern: '[!', matching: undefined },
  { pattern: '[!]', matching: undefined },
  { pattern: 'a[b', matching: undefined },
  { pattern: '', matching: [''], other: ['a'] },
  { pattern: '{a,b}', matching: ['{a,b}'], other: ['a'] },
  { pattern: 'a\\*', matching: ['a\\', 'a\\b'], other: ['a*'] },
])('reads $pattern as coreos-installer does', ({ pattern, matching, other }) => {
  if (!matching) {
    expect(() => globFilter([pattern])).toThrow(expect.objectContaining({ code: 'GLOB_INVALID' }))
    return
  }
  const filter = globFilter([pattern])
  expect(matching.filter((path) => !filter(path))).toEqual([])
  expect(other?.filter(filter)).toEqual([])
})

it('accepts what any pattern accepts, and nothing without patterns', () => {
  const filter = globFilter(['a', 'b*'])
  expect(['a', 'b', 'bc', 'c'].filter(filter)).toEqual(['a', 'b', 'bc'])
  expect(globFilter([])('a')).toBe(false)
})

it('takes no longer for a pattern that invites trying everything', () => {
  const filter = globFilter(['*a'.repeat(50)])
  const started = performance.now()
  expect(filter('a'.repeat(3000))).toBe(true)
  expect(filter(`${'a'.repeat(3000)}b`)).toBe(false)
  expect(performance.now() - started).toBeLessThan(2000)
})
