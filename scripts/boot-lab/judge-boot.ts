import type { Boot } from './watch-console.ts'

/** What a boot must say on its console, and what it must not. */
export interface Expectations {
  /** Each of these is part of some line, or matches one. */
  readonly expect: readonly (string | RegExp)[]
  /** None of these is part of any line, or matches one. */
  readonly expectNot?: readonly (string | RegExp)[]
}

const TAIL_LINE_COUNT = 40

/** What a boot did otherwise than expected, a sentence each; empty when all is well. */
export function judgeBoot(boot: Boot, { expect, expectNot = [] }: Expectations): readonly string[] {
  const isSaid = (wanted: string | RegExp): boolean =>
    boot.lines.some((line) => (typeof wanted === 'string' ? line.includes(wanted) : wanted.test(line)))
  return [
    ...(boot.ending === 'done' ? [] : [`the machine ${boot.ending} after ${boot.seconds.toFixed(0)} s`]),
    ...expect.filter((wanted) => !isSaid(wanted)).map((wanted) => `never said ${wanted}`),
    ...expectNot.filter(isSaid).map((unwanted) => `said ${unwanted}`),
  ]
}

/** A failed boot for people: what was wrong, the end of the console, and where all of it is. */
export function describeFailure(faults: readonly string[], boot: Boot, logPath: string): string {
  const tail = boot.lines.slice(-TAIL_LINE_COUNT).map((line) => `  | ${line}`)
  return [...faults.map((fault) => `- ${fault}`), `The console's end (all of it: ${logPath})`, ...tail].join('\n')
}
