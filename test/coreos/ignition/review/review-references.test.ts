import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { formatIgnitionPath, reviewReferences, validateIgnition } from '../../../../src/coreos/index.ts'
import { nodeCodecs } from '../../../../src/node/index.ts'

function config(members = ''): string {
  return `{"ignition":{"version":"3.4.0"}${members}}`
}

/** A reference to a config that is carried inline, as `iso customize` writes it. */
function carrying(text: string): string {
  const source = `data:;base64,${gzipSync(text).toString('base64')}`
  return JSON.stringify({ compression: 'gzip', source })
}

function merging(...references: readonly string[]): string {
  return `{"ignition":{"version":"3.4.0","config":{"merge":[${references.join()}]}}}`
}

async function review(text: string): Promise<readonly string[]> {
  const report = validateIgnition(new TextEncoder().encode(text))
  expect(report.config).toBeDefined()
  const findings = await reviewReferences(report, { codecs: nodeCodecs })
  return findings.map(({ severity, kind, path, position, message }) => {
    expect(position).toBeDefined()
    return `${severity} ${kind} ${path && formatIgnitionPath(path)}: ${message}`
  })
}

describe('reviewReferences', () => {
  it.each([
    { name: 'a config without references', text: config() },
    { name: 'references that have to be fetched', text: merging('{"source":"https://h/a"}') },
    { name: 'sound configs, however deep', text: merging(carrying(merging(carrying(config())))) },
  ])('has nothing to say about $name', async ({ text }) => {
    expect(await review(text)).toEqual([])
  })

  it('tells of what is refused inside, at the reference', async () => {
    const broken = config(',"storage":{"files":[{"path":"rel"}]}')
    expect(await review(merging(carrying(config()), carrying(broken)))).toEqual([
      expect.stringMatching(/^advice refused-at-boot \$\.ignition\.config\.merge\.1: .*\$\.storage\.files\.0\.path/),
    ])
  })

  it('tells of it through several references', async () => {
    const found = await review(merging(carrying(config()), carrying(merging(carrying('{}')))))
    expect(found).toEqual([expect.stringMatching(/^advice refused-at-boot \$\.ignition\.config\.merge\.1: .*version/)])
  })

  it('tells of what only the merged config breaks', async () => {
    const link = config(',"storage":{"links":[{"path":"/a","target":"/x"}]}')
    const file = config(',"storage":{"files":[{"path":"/a/b"}]}')
    const found = await review(merging(carrying(link), carrying(file)))
    expect(found).toEqual([expect.stringContaining('advice refused-at-boot $.ignition.config.merge.1')])
  })

  it('tells of gzip data that is damaged', async () => {
    const found = await review(merging('{"source":"data:,H4sI","compression":"gzip"}'))
    expect(found).toEqual([expect.stringContaining('advice refused-at-boot $.ignition.config.merge.0')])
  })
})
