import { describe, expect, it } from 'vitest'
import { decodeDataUrl } from '../../../../src/formats/data-url/index.ts'
import { buildIgnition } from '../../../../src/index.ts'

const certificate = '-----BEGIN CERTIFICATE-----\nMIIBAAAA\nAA==\n-----END CERTIFICATE-----'

async function trimmed(bundle: string | Uint8Array): Promise<string> {
  const { config } = await buildIgnition({ certificateAuthorities: [bundle] })
  const source = config.ignition.security?.tls?.certificateAuthorities?.[0]?.source ?? ''
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(decodeDataUrl(source))
}

describe('certificates', () => {
  it.each([
    { name: 'as they are', from: `${certificate}\n`, to: `${certificate}\n` },
    { name: 'without a last newline', from: certificate, to: `${certificate}\n` },
    { name: 'with empty lines behind', from: `${certificate}\n\n \n`, to: `${certificate}\n` },
    { name: 'with a comment behind', from: `${certificate}\n# Root CA\n`, to: `${certificate}\n` },
    {
      name: 'with text before and between',
      from: `Rōt\n${certificate}\n\n# é\n${certificate}\n\n`,
      to: `Rōt\n${certificate}\n\n# é\n${certificate}\n`,
    },
    { name: 'with a byte order mark', from: `\ufeff${certificate}\n`, to: `${certificate}\n` },
    {
      name: 'with CR before LF',
      from: `${certificate}\n`.replaceAll('\n', '\r\n'),
      to: `${certificate.replaceAll('\n', '\r\n')}\n`,
    },
    { name: 'with blanks behind a marker', from: `${certificate} \t\n`, to: `${certificate}\n` },
  ])('come to be what Ignition takes: $name', async ({ from, to }) => {
    expect(await trimmed(from)).toBe(to)
    expect(await trimmed(new TextEncoder().encode(from))).toBe(to)
  })

  it.each([
    { name: 'no text', text: '' },
    { name: 'another text', text: 'hello' },
    {
      name: 'a key among them',
      text: `${certificate}\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n`,
    },
    { name: 'a trusted certificate, which has more in it', text: certificate.replaceAll('CERT', 'TRUSTED CERT') },
    { name: 'half of one', text: certificate.slice(0, 50) },
    { name: 'one in another', text: `-----BEGIN CERTIFICATE-----\n${certificate}\n` },
    { name: 'an end too many', text: `${certificate}\n-----END CERTIFICATE-----\n${certificate}\n` },
    { name: 'characters that are not base64', text: certificate.replace('MIIB', 'MI*B') },
    { name: 'nothing between the markers', text: certificate.replace(/M[^-]*/, '') },
    { name: 'a marker within a line', text: ` ${certificate}` },
  ])('are refused: $name', async ({ text }) => {
    await expect(trimmed(text)).rejects.toMatchObject({ code: 'IGNITION_INVALID' })
  })

  it('are taken to pieces in little time, whatever they are', async () => {
    const text = '-----BEGIN CERTIFICATE-----\n'.repeat(100_000)
    const started = performance.now()
    await expect(trimmed(text)).rejects.toMatchObject({ code: 'IGNITION_INVALID' })
    await expect(trimmed(`${text.slice(0, 28)}${' '.repeat(2_000_000)}`)).rejects.toMatchObject({
      code: 'IGNITION_INVALID',
    })
    expect(performance.now() - started).toBeLessThan(2000)
  })
})
