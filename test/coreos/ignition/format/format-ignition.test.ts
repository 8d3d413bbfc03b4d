import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatIgnition, type IgnitionConfig } from '../../../../src/index.ts'
import { parsedConfigs, parseText, withoutEmpty } from '../../../support/ignition-configs.ts'

describe('formatIgnition', () => {
  it.each([
    {
      name: 'puts keys in the order of Ignition',
      config: {
        systemd: { units: [{ name: 'a.service', mask: true, enabled: false }] },
        storage: {
          files: [
            { path: '/a', mode: 420, contents: { source: 'data:,' }, user: { name: 'u', id: 1 }, overwrite: true },
          ],
        },
        ignition: { version: '3.4.0', timeouts: { httpTotal: 5 } },
      },
      text: '{"ignition":{"timeouts":{"httpTotal":5},"version":"3.4.0"},"storage":{"files":[{"overwrite":true,"path":"/a","user":{"id":1,"name":"u"},"contents":{"source":"data:,"},"mode":420}]},"systemd":{"units":[{"enabled":false,"mask":true,"name":"a.service"}]}}',
    },
    {
      name: 'leaves out what is absent or empty',
      config: {
        ignition: { version: '3.3.0', proxy: { noProxy: [] }, config: {}, security: { tls: {} } },
        passwd: { users: [{ name: 'core', uid: undefined, groups: [] }], groups: [] },
        storage: { luks: [{ name: 'a', clevis: { custom: {} } }] },
        kernelArguments: {},
      },
      text: '{"ignition":{"version":"3.3.0"},"passwd":{"users":[{"name":"core"}]},"storage":{"luks":[{"name":"a"}]}}',
    },
    {
      name: 'keeps elements of lists that have nothing in them',
      config: { ignition: { version: '3.0.0', config: { merge: [{}, { source: '' }] } } },
      text: '{"ignition":{"config":{"merge":[{},{"source":""}]},"version":"3.0.0"}}',
    },
    {
      name: 'keeps zeros, which differ from nothing',
      config: {
        ignition: { version: '3.4.0', timeouts: { httpTotal: 0 } },
        storage: { files: [{ path: '', overwrite: false, contents: { source: '', compression: '' } }] },
      },
      text: '{"ignition":{"timeouts":{"httpTotal":0},"version":"3.4.0"},"storage":{"files":[{"overwrite":false,"path":"","contents":{"compression":"","source":""}}]}}',
    },
    {
      name: 'writes what the version wants always to be there',
      config: {
        ignition: { version: '3.2.0' },
        storage: { links: [{ path: '/a' }], luks: [{ name: '', clevis: { custom: {} } }] },
      },
      text: '{"ignition":{"version":"3.2.0"},"storage":{"links":[{"path":"/a","target":""}],"luks":[{"clevis":{"custom":{"config":"","pin":""}},"name":""}]}}',
    },
    {
      name: 'writes integers exactly',
      config: {
        ignition: {
          version: '3.4.0',
          timeouts: { httpTotal: 9223372036854775807n, httpResponseHeaders: -9223372036854775808n },
        },
        passwd: { users: [{ name: 'a', uid: 9007199254740991 }] },
      },
      text: '{"ignition":{"timeouts":{"httpResponseHeaders":-9223372036854775808,"httpTotal":9223372036854775807},"version":"3.4.0"},"passwd":{"users":[{"name":"a","uid":9007199254740991}]}}',
    },
    {
      name: 'escapes texts',
      config: { ignition: { version: '3.4.0' }, systemd: { units: [{ name: '"\\\n\u0000\u2028ü.mount' }] } },
      text: '{"ignition":{"version":"3.4.0"},"systemd":{"units":[{"name":"\\"\\\\\\n\\u0000\u2028ü.mount"}]}}',
    },
  ] satisfies readonly { name: string; config: IgnitionConfig; text: string }[])('$name', ({ config, text }) => {
    expect(formatIgnition(config)).toBe(`${text}\n`)
  })

  it('indents by as many spaces as are asked for', () => {
    const config: IgnitionConfig = {
      ignition: { version: '3.4.0', config: { merge: [{}] } },
      kernelArguments: { shouldExist: ['a', 'b'] },
    }
    const text = formatIgnition(config, { indent: 2 })
    expect(text).toBe(`${JSON.stringify(JSON.parse(text), undefined, 2)}\n`)
    expect(formatIgnition(config, { indent: 0 })).toBe(formatIgnition(config))
  })

  it('keeps the meaning of every config, and the text of what it wrote itself', () => {
    fc.assert(
      fc.property(parsedConfigs(), fc.constantFrom(0, 1, 2, 8), (config, indent) => {
        const text = formatIgnition(config, { indent })
        expect(withoutEmpty(parseText(text))).toEqual(withoutEmpty(config))
        expect(formatIgnition(parseText(text), { indent })).toBe(text)
      }),
      { numRuns: 300 },
    )
  })

  it('is done with much before the test runs out of time', () => {
    const files = Array.from({ length: 100_000 }, (_, index) => ({
      path: `/f${index}`,
      contents: { source: 'data:,x' },
    }))
    const text = formatIgnition({ ignition: { version: '3.4.0' }, storage: { files } }, { indent: 2 })
    expect(text.length).toBeGreaterThan(8_000_000)
  })
})
