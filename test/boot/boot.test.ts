import { beforeAll, describe, expect, it } from 'vitest'
import { findMissingNeeds, type Lab, openLab } from '../../scripts/boot-lab/lab.ts'
import { BREAKAGES } from './breakages.ts'
import { CASES } from './cases.ts'
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

const selected = CASES.filter(({ isQuick }) => SELECTION === 'all' || (SELECTION === 'quick' && isQuick))
if (selected.length > 0) {
  describe.concurrent('boots', () => {
    it.for(selected)('$name', async (bootCase, { signal, skip }) => {
      needsNothing(skip)
      const { boot, faults, description } = await runCase(lab, bootCase, { signal })
      console.log(`${boot.seconds.toFixed(1)} s: ${bootCase.name}`)
      if (faults.length > 0) throw new Error(description)
    })
  })
}

if (SELECTION === 'self-test') {
  describe.concurrent('notices', () => {
    it.for(BREAKAGES)('$name', async ({ name, caseName, breakImage, fault }, { signal, skip }) => {
      needsNothing(skip)
      const bootCase = CASES.find((candidate) => candidate.name === caseName)
      if (bootCase === undefined) throw new Error(`There is no case ${caseName}`)
      const { boot, faults, description } = await runCase(lab, bootCase, { signal, breakImage, title: name })
      console.log(`${boot.seconds.toFixed(1)} s: ${name}`)
      expect(boot.ending, description).toBe('done')
      expect(faults.join('\n')).toMatch(fault)
    })
  })
}

function needsNothing(skip: (note: string) => never): void {
  if (missing.length === 0) return
  if (process.env['CI'] === 'true') throw new Error(`${reason}, and with CI=true nothing may be skipped`)
  skip(reason)
}
