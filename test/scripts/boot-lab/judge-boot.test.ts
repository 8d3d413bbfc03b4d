import { describe, expect, it } from 'vitest'
import { describeFailure, judgeBoot } from '../../../scripts/boot-lab/judge-boot.ts'
import type { Boot } from '../../../scripts/boot-lab/watch-console.ts'

const boot: Boot = { ending: 'done', seconds: 30, lines: ['@cmdline@ quiet lab=1 ', '@file@ abc  /etc/lab-marker'] }

describe('judgeBoot', () => {
  it.each([
    { name: 'is content when all is said', expectations: { expect: ['lab=1', /^@file@ abc/] }, faults: [] },
    {
      name: 'names what was not said',
      expectations: { expect: ['lab=2', /^lab=1/] },
      faults: ['never said lab=2', 'never said /^lab=1/'],
    },
    {
      name: 'names what should not have been said',
      expectations: { expect: [], expectNot: ['quiet', /@keyfile@/] },
      faults: ['said quiet'],
    },
  ])('$name', ({ expectations, faults }) => {
    expect(judgeBoot(boot, expectations)).toEqual(faults)
  })

  it.each(['gave up', 'exited', 'timed out'] as const)('is not content with a machine that %s', (ending) => {
    expect(judgeBoot({ ...boot, ending }, { expect: ['lab=1'] })).toEqual([`the machine ${ending} after 30 s`])
  })
})

describe('describeFailure', () => {
  it('gives the faults, the end of the console, and where the rest is', () => {
    const lines = Array.from({ length: 100 }, (_, i) => `line ${i}`)
    const text = describeFailure(['never said x'], { ...boot, lines }, '/logs/case.log')
    expect(text).toContain('- never said x')
    expect(text).toContain('/logs/case.log')
    expect(text).toContain('line 99')
    expect(text).not.toContain('line 50')
  })
})
