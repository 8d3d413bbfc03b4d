import { describe, expect, it } from 'vitest'
import { chooseImage } from '../../../src/node/install/choose-image.ts'
import { startHttpServer } from '../../support/http-server.ts'

const SHA256 = 'ab'.repeat(32)

/** Metadata with an image for each size of sectors. */
function metadata(): string {
  const disk = (name: string): object => ({
    disk: {
      location: `https://images.example/${name}`,
      signature: `https://images.example/${name}.sig`,
      sha256: SHA256,
    },
  })
  const formats = { 'raw.xz': disk('metal.raw.xz'), '4k.raw.xz': disk('metal4k.raw.xz') }
  return JSON.stringify({
    stream: 'stable',
    architectures: { x86_64: { artifacts: { metal: { release: '1', formats } } } },
  })
}

describe('the image of a stream', () => {
  it.each([
    { sectorSize: 512, name: 'metal.raw.xz' },
    { sectorSize: 4096, name: 'metal4k.raw.xz' },
  ])('is $name for sectors of $sectorSize bytes', async ({ sectorSize, name }) => {
    await using server = await startHttpServer((_, response) => response.end(metadata()))
    const request = { kind: 'stream', stream: 'stable', baseUrl: server.url, architecture: 'x86_64' } as const
    expect(await chooseImage(request, sectorSize, {})).toEqual({
      location: {
        kind: 'url',
        url: `https://images.example/${name}`,
        signatureUrl: `https://images.example/${name}.sig`,
      },
      metadata: { sha256: { algorithm: 'sha256', digest: SHA256 }, isSecure: false },
    })
    expect(server.requests.map(({ url }) => url)).toEqual(['/stable.json'])
  })
})
