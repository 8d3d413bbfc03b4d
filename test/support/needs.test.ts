import { afterEach, describe, expect, it, vi } from 'vitest'
import { needs } from './needs.ts'

afterEach(() => vi.unstubAllEnvs())

/** What `needs` says when it skips; `undefined` when it doesn't. */
function reasonOf(wanted: readonly string[]): string | undefined {
  const reasons: string[] = []
  const skip = (reason: unknown): never => {
    reasons.push(String(reason))
    throw new Error('skipped')
  }
  try {
    needs({ skip } as Parameters<typeof needs>[0], ...wanted)
  } catch (error) {
    if (reasons.length === 0) throw error
  }
  return reasons[0]
}

describe('needs', () => {
  it.each([['npm'], ['./package.json'], ['/'], ['npm', 'src/index.ts']])(
    'goes on with what is there: %s',
    (...wanted) => {
      vi.stubEnv('CI', '')
      expect(reasonOf(wanted)).toBeUndefined()
    },
  )

  it('skips and names everything that is missing', () => {
    vi.stubEnv('CI', '')
    expect(reasonOf(['npm', 'no-such-program', './no-such-file'])).toBe(
      'skipped: needs no-such-program, ./no-such-file',
    )
  })

  it('finds programs by PATH only', () => {
    vi.stubEnv('CI', '')
    vi.stubEnv('PATH', '')
    expect(reasonOf(['npm'])).toBe('skipped: needs npm')
  })

  it('fails instead of skipping in CI', () => {
    vi.stubEnv('CI', 'true')
    expect(() => reasonOf(['no-such-program'])).toThrow('needs no-such-program')
  })
})
