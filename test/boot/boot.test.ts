import { beforeAll, describe, expect, it } from 'vitest'
import { findMissingNeeds, type Lab, openLab } from '../../scripts/boot-lab/lab.ts'
import { BREAKAGES } from './breakages.ts'
import { type BootCase, CASES, LAB_CASES } from './cases.ts'
import { runCase } from './run-case.ts'

/** `scripts/boot-lab/main.ts` sets this: `quick` (unless given), `all`, or `self-test`. */
const SELECTION = process.env['BOOT_LAB_SELECTION'] ?? 'quick'
const BUILD_TIME_LIMIT_MS = 1_200_000

const missing = await findMissingNeeds()
const reason = `skipped: needs ${missing.join(', ')}`
let lab: Lab
beforeAll(async () => {
  if (missing.length === 0) lab = await openLab()
}, BUILD_TIME_LIMIT_MS)

describe.concurrent('boots', () => {
  it.for(selectCases())('$name', async (bootCase, { signal, skip }) => {
    needsNothing(skip)
    const { boot, faults, description } = await runCase(lab, bootCase, { signal })
    console.log(`${boot.seconds.toFixed(1)} s: ${bootCase.name}`)
    if (faults.length > 0) throw new Error(description)
  })
})

if (SELECTION === 'self-test') {
  describe.concurrent('notices', () => {
    it.for(BREAKAGES)('$name', async ({ name, caseName, breakImage, fault, ending = 'done' }, { signal, skip }) => {
      needsNothing(skip)
      const bootCase = CASES.find((candidate) => candidate.name === caseName)
      if (bootCase === undefined) throw new Error(`There is no case ${caseName}`)
      const sound = await runCase(lab, bootCase, { signal })
      expect(sound.faults, sound.description).toEqual([])
      const broken = await runCase(lab, bootCase, { signal, breakImage, title: name })
      expect(broken.boot.ending, broken.description).toBe(ending)
      expect(broken.faults.join('\n')).toMatch(fault)
    })
  })
}

function selectCases(): readonly BootCase[] {
  if (SELECTION === 'self-test') return LAB_CASES
  return SELECTION === 'all' ? CASES : CASES.filter(({ isQuick }) => isQuick)
}

function needsNothing(skip: (note: string) => never): void {
  if (missing.length === 0) return
  if (process.env['CI'] === 'true') throw new Error(`${reason}, and with CI=true nothing may be skipped`)
  skip(reason)
}
