import { describe, expect, it } from 'vitest'
import { reviewIgnition, type SpecVersion, validateIgnition } from '../../../../src/coreos/index.ts'

const encode = (config: object): Uint8Array => new TextEncoder().encode(JSON.stringify(config))
const kinds = (...[bytes, options]: Parameters<typeof reviewIgnition>): readonly string[] =>
  reviewIgnition(bytes, options).findings.map(({ kind }) => kind)

describe('a newest version that will do', () => {
  const config = encode({
    ignition: { version: '3.4.0' },
    storage: { files: [{ path: 'relative' }], luks: [{ name: 'a', device: '/dev/a', discard: true }] },
  })

  it.each<{ maxVersion: SpecVersion; isAbove: boolean }>([
    { maxVersion: '3.3.0', isAbove: true },
    { maxVersion: '3.4.0', isAbove: false },
    { maxVersion: '3.7.0-experimental', isAbove: false },
  ])('$maxVersion', ({ maxVersion, isAbove }) => {
    expect(kinds(config, { maxVersion }).includes('version-above-maximum')).toBe(isAbove)
  })

  it('is looked at first, where the version stands', () => {
    const [first, ...others] = reviewIgnition(config, { maxVersion: '3.2.0' }).findings
    expect(first).toMatchObject({
      severity: 'error',
      kind: 'version-above-maximum',
      path: ['ignition', 'version'],
      position: { line: 1, column: 24 },
      span: { start: 23, end: 30 },
    })
    expect(others).toEqual(validateIgnition(config).findings)
  })

  it('refuses a config that is sound otherwise, and names what is too new in it', () => {
    const sound = encode({
      ignition: { version: '3.4.0' },
      kernelArguments: { shouldExist: ['quiet'] },
      storage: { luks: [{ name: 'a', device: '/dev/a', discard: true, cex: {} }] },
    })
    const { config: refused, findings } = reviewIgnition(sound, { maxVersion: '3.3.0' })
    expect(refused).toBeUndefined()
    expect(findings[0]?.hint).toContain('$.storage.luks.0.discard')
    expect(findings[0]?.hint).not.toContain('kernelArguments')
  })

  it('says nothing about versions that nobody knows', () => {
    expect(kinds(encode({ ignition: { version: '3.99.0' } }), { maxVersion: '3.0.0' })).toEqual(['version-unsupported'])
  })
})

describe('advice', () => {
  const config = encode({ ignition: { version: '3.4.0' }, kernelArguments: { shouldExist: ['quiet'] }, foo: 1 })

  it('follows the findings of the validator, with places', () => {
    const { findings } = reviewIgnition(config, { advice: 'all', isForLiveSystem: true })
    const severities = findings.map(({ severity }) => severity)
    expect(severities).toEqual([...severities].sort().reverse()) // warnings, then advice
    expect(findings.find(({ kind }) => kind === 'kernel-arguments-on-live')).toMatchObject({
      position: { line: 1, column: expect.any(Number) },
    })
  })

  it('is given when asked for', () => {
    expect(kinds(config)).toEqual(['unused-key'])
  })

  it('is no more than what keeps a machine from booting when that is asked for', () => {
    const options = { advice: 'boot-failures', isForLiveSystem: true } as const
    expect(kinds(config, options)).toEqual(['unused-key', 'kernel-arguments-on-live'])
    expect(kinds(config, { ...options, isForLiveSystem: false })).toEqual(['unused-key'])
    expect(kinds(config, { ...options, advice: 'all' }).length).toBeGreaterThan(2)
  })

  it('is not given about a config that has errors', () => {
    const broken = encode({ ignition: { version: '3.4.0' }, storage: { files: [{ path: 'a', mode: 644 }] } })
    expect(reviewIgnition(broken, { advice: 'all' }).findings.map(({ severity }) => severity)).not.toContain('advice')
  })
})
