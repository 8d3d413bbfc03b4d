import { describe, expect, it } from 'vitest'
import { encodeUtf8 } from '../../../../src/bytes/index.ts'
import { type IgnitionReport, validateIgnition } from '../../../../src/coreos/index.ts'

function validate(config: object): IgnitionReport {
  return validateIgnition(encodeUtf8(JSON.stringify({ ignition: { version: '3.3.0' }, ...config })))
}

function times<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

/** Comparing each entry with each takes longer. */
const TIMEOUT_MS = 10_000

describe('validateIgnition takes time in proportion to', { timeout: TIMEOUT_MS }, () => {
  it.each([
    {
      name: 'files and links',
      config: () => ({
        storage: {
          files: times(100_000, (index) => ({ path: `/etc/files/${index}` })),
          links: times(10_000, (index) => ({ path: `/etc/links/${index}`, target: `/etc/files/${index}`, hard: true })),
        },
      }),
    },
    {
      name: 'the partitions of a disk',
      config: () => {
        const partitions = times(50_000, (index) => ({ number: index + 1, startMiB: 10 * index + 1, sizeMiB: 10 }))
        return { storage: { disks: [{ device: '/dev/a', partitions }] } }
      },
    },
    {
      name: 'the instances of a large template',
      config: () => {
        const template = { name: 'a@.service', contents: `${'[Unit]\nA=b\n'.repeat(10_000)}[Install]\n` }
        const instances = times(10_000, (index) => ({ name: `a@${index}.service`, enabled: true }))
        return { systemd: { units: [{ ...template, contents: `${template.contents}A=b\n` }, ...instances] } }
      },
    },
    {
      name: 'the length of a path',
      config: () => ({ storage: { links: [{ path: '/a', target: '/b' }], files: [{ path: '/ab'.repeat(500_000) }] } }),
    },
    {
      name: 'strings of a list',
      config: () => ({
        passwd: { users: [{ name: 'a', sshAuthorizedKeys: times(200_000, (index) => `key ${index}`) }] },
      }),
    },
  ])('$name', ({ config }) => {
    expect(validate(config()).findings).toEqual([])
  })

  it('the first overlap of many partitions', () => {
    const partitions = times(50_000, (index) => ({ number: index + 1, startMiB: 10 * index + 1, sizeMiB: 10 }))
    const { findings } = validate({
      storage: {
        disks: [{ device: '/dev/a', partitions: [...partitions, { number: 60_000, startMiB: 500_000, sizeMiB: 9 }] }],
      },
    })
    expect(findings).toMatchObject([{ kind: 'partition-overlap', path: ['storage', 'disks', 0, 'partitions', 50_000] }])
  })
})

describe('validateIgnition keeps a hundred thousand findings', () => {
  it('and counts the others', () => {
    const files = times(150_000, (index) => ({ path: `/a/${index}`, unknown: 1 }))
    const { config, findings, omittedCount } = validate({ storage: { files } })
    expect(config).toBeDefined()
    expect(findings).toHaveLength(100_000)
    expect(omittedCount).toBe(50_000)
  })

  it('and then the error that decides', () => {
    const files = [...times(100_001, (index) => ({ path: `/a/${index}`, mode: 0o1000 })), { path: 'b' }, { path: 'c' }]
    const { config, findings, omittedCount } = validate({ storage: { files } })
    expect(config).toBeUndefined()
    expect(findings).toHaveLength(100_001)
    expect(findings.at(-1)).toMatchObject({ kind: 'path-relative', path: ['storage', 'files', 100_001, 'path'] })
    expect(omittedCount).toBe(2)
  })

  it('and compares with a hundred links', () => {
    const links = times(2000, () => ({ path: '/a', target: '/b' }))
    const files = times(2000, (index) => ({ path: `/a/${index}` }))
    const { findings, omittedCount } = validate({ storage: { files, links } })
    expect(findings).toHaveLength(100_000)
    expect(omittedCount).toBe(2000 * 100 + 1999 - 100_000)
  })
})
