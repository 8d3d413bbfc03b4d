import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { TestCase, TestModule } from 'vitest/node'
import { ClosingLineReporter } from './closing-line-reporter.ts'

type State = 'passed' | 'failed' | 'skipped'

function moduleOf(
  states: readonly State[],
  state: State = states.includes('failed') ? 'failed' : 'passed',
): TestModule {
  const tests = states.map((state): Partial<TestCase> => {
    const result = { state, errors: [], note: state === 'skipped' ? 'skipped: needs xorriso' : undefined }
    return {
      fullName: 'a test',
      module: { relativeModuleId: 'a.test.ts' } as TestModule,
      result: () => result as never,
    }
  })
  const allTests = (wanted?: string) => tests.filter((test) => !wanted || test.result?.().state === wanted)
  return { state: () => state, children: { allTests } } as unknown as TestModule
}

describe('the closing line', () => {
  const printed: string[] = []
  let exitCode: typeof process.exitCode
  beforeEach(() => {
    printed.length = 0
    exitCode = process.exitCode
    vi.spyOn(console, 'log').mockImplementation((text) => void printed.push(...String(text).split('\n')))
  })
  afterEach(() => {
    process.exitCode = exitCode
    vi.restoreAllMocks()
    vi.unstubAllEnvs()
  })

  it.each([
    {
      name: 'sums over files',
      modules: [moduleOf(['passed', 'passed']), moduleOf(['failed'])],
      line: '2 passed, 1 failed',
    },
    { name: 'counts skipped tests', modules: [moduleOf(['passed', 'skipped'])], line: '1 passed, 0 failed, 1 skipped' },
    { name: 'counts a file that cannot be loaded', modules: [moduleOf([], 'failed')], line: '0 passed, 1 failed' },
    { name: 'counts a failing file once', modules: [moduleOf(['passed', 'failed'])], line: '1 passed, 1 failed' },
    { name: 'counts errors outside tests', modules: [moduleOf(['passed'])], errors: [1], line: '1 passed, 1 failed' },
  ])('$name', ({ modules, line, errors = [] }) => {
    vi.stubEnv('CI', '')
    new ClosingLineReporter().onTestRunEnd(modules, errors)
    expect(printed.at(-1)).toBe(line)
    expect(process.exitCode).toBe(exitCode)
  })

  it.each([
    { name: 'something is skipped', modules: [moduleOf(['passed', 'skipped'])] },
    { name: 'nothing is run', modules: [] },
  ])('fails a run of CI where $name', ({ modules }) => {
    vi.stubEnv('CI', 'true')
    new ClosingLineReporter().onTestRunEnd(modules, [])
    expect(process.exitCode).toBe(1)
  })

  it('names what was skipped, and why', () => {
    vi.stubEnv('CI', '')
    new ClosingLineReporter().onTestRunEnd([moduleOf(['skipped'])], [])
    expect(printed[0]).toBe('not run: a.test.ts > a test (skipped: needs xorriso)')
  })
})
