import type { Reporter, TestCase, TestModule } from 'vitest/node'

/**
 * Ends a run with the one line that people and machines look for, `12 passed, 0 failed, 1 skipped`, and names every
 * skipped test with its reason. With `CI=true` a skipped test fails the run, and so does a run without tests.
 */
export class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const skipped = tests.filter((test) => test.result().state === 'skipped')
    const passedCount = tests.filter((test) => test.result().state === 'passed').length
    const brokenModuleCount = modules.filter((module) => module.state() === 'failed' && !hasFailedTest(module)).length
    const failedCount = tests.length - skipped.length - passedCount + brokenModuleCount + unhandledErrors.length

    const isStrict = process.env['CI'] === 'true'
    for (const test of skipped)
      console.log(`${isStrict ? 'not run, which fails with CI=true' : 'not run'}: ${tell(test)}`)
    if (isStrict && (skipped.length > 0 || tests.length === 0)) process.exitCode = 1

    const skippedPart = skipped.length > 0 ? `, ${skipped.length} skipped` : ''
    console.log(`\n${passedCount} passed, ${failedCount} failed${skippedPart}`)
  }
}

/** A file that can't be loaded, or whose hooks fail, counts as one failure even though no test of it failed. */
function hasFailedTest(module: TestModule): boolean {
  return [...module.children.allTests('failed')].length > 0
}

function tell(test: TestCase): string {
  const result = test.result()
  const reason = result.state === 'skipped' && result.note ? result.note : 'skipped: gives no reason'
  return `${test.module.relativeModuleId} > ${test.fullName} (${reason})`
}
