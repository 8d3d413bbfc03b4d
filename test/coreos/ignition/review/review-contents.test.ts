import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { formatIgnitionPath, reviewContents, reviewIgnition } from '../../../../src/coreos/index.ts'
import { nodeCodecs } from '../../../../src/node/index.ts'

const digest = createHash('sha256').update('a').digest('hex')
const certificate = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'

function dataUrl(bytes: string | Uint8Array): string {
  return `data:;base64,${Buffer.from(bytes).toString('base64')}`
}

async function review(sections: { readonly [key: string]: unknown }): Promise<readonly string[]> {
  const config = { ignition: { version: '3.4.0' }, ...sections }
  const report = reviewIgnition(new TextEncoder().encode(JSON.stringify(config)), { advice: 'all' })
  expect(report.config).toBeDefined()
  const findings = await reviewContents(report, { codecs: nodeCodecs })
  return findings.map(({ severity, kind, path }) => `${severity} ${kind} ${path && formatIgnitionPath(path)}`)
}

function fileWith(contents: object): { readonly storage: object } {
  return { storage: { files: [{ path: '/etc/a', contents }] } }
}

function authorities(source: string): { readonly ignition: object } {
  return { ignition: { version: '3.4.0', security: { tls: { certificateAuthorities: [{ source }] } } } }
}

const contentsAdvice = ['advice contents-unusable $.storage.files.0.contents.source']
const authorityAdvice = ['advice contents-unusable $.ignition.security.tls.certificateAuthorities.0.source']

describe('reviewContents', () => {
  it.each([
    {
      name: 'nothing for contents with their own hash',
      parts: fileWith({ source: 'data:,a', verification: { hash: `sha256-${digest.toUpperCase()}` } }),
      advice: [],
    },
    {
      name: 'advice for another hash',
      parts: fileWith({ source: 'data:,b', verification: { hash: `sha256-${digest}` } }),
      advice: contentsAdvice,
    },
    {
      name: 'nothing for the hash of decompressed contents',
      parts: fileWith({
        source: dataUrl(gzipSync('a')),
        compression: 'gzip',
        verification: { hash: `sha256-${digest}` },
      }),
      advice: [],
    },
    {
      name: 'advice for gzip data that end too early',
      parts: fileWith({ source: dataUrl(gzipSync('a').subarray(0, -1)), compression: 'gzip' }),
      advice: contentsAdvice,
    },
    {
      name: 'advice for a byte behind gzip data',
      parts: fileWith({ source: dataUrl(Buffer.concat([gzipSync('a'), Buffer.of(0)])), compression: 'gzip' }),
      advice: contentsAdvice,
    },
    {
      name: 'nothing for what advice has told already',
      parts: fileWith({ source: 'data:,a', compression: 'gzip' }),
      advice: [],
    },
    { name: 'nothing for certificates', parts: authorities(dataUrl(certificate)), advice: [] },
    { name: 'advice for what is no certificate', parts: authorities('data:,hello'), advice: authorityAdvice },
    {
      name: 'advice for an empty line behind certificates',
      parts: authorities(dataUrl(`${certificate}\n`)),
      advice: authorityAdvice,
    },
  ])('gives $name', async ({ parts, advice }) => {
    expect(await review(parts)).toEqual(advice)
  })
})
