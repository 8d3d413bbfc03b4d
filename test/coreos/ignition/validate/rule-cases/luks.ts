import type { RuleCase } from './rule-case.ts'

const at = '$.storage.luks.0'

function luks(fields: object): RuleCase['config'] {
  return { storage: { luks: [{ name: 'a', device: '/dev/a', ...fields }] } }
}

function custom(fields: object, others: object = {}): RuleCase['config'] {
  return luks({ clevis: { custom: fields, ...others } })
}

const pin = { pin: 'tang', config: '{}' }
const tang = { url: 'http://h', thumbprint: 't' }

/** Encrypted volumes and what unlocks them. */
export const luksCases: readonly RuleCase[] = [
  {
    name: 'volumes before spec 3.2.0',
    config: luks({ device: '' }),
    finds: { '3.0.0': ['unused-key $.storage.luks'], '3.2.0': [`device-required ${at}.device`] },
  },
  { name: 'an empty name', config: luks({ name: '' }), finds: { '3.2.0': [] } },
  {
    name: 'a name with a slash',
    config: luks({ name: 'a/b' }),
    finds: { '3.2.0': [`name-contains-slash ${at}.name`] },
  },
  { name: 'a label of 47 bytes', config: luks({ label: `${'é'.repeat(23)}l` }), finds: { '3.2.0': [] } },
  {
    name: 'a label of 48 bytes',
    config: luks({ label: 'é'.repeat(24) }),
    finds: { '3.2.0': [`label-too-long ${at}.label`] },
  },
  { name: 'no device', config: luks({ device: null }), finds: { '3.2.0': [`device-required ${at}.device`] } },
  { name: 'a relative device', config: luks({ device: 'a' }), finds: { '3.2.0': [`path-relative ${at}.device`] } },
  {
    name: 'a key from a wrong URL',
    config: luks({ keyFile: { source: 'a' } }),
    finds: { '3.2.0': [`luks-key-file-invalid ${at}.keys`, `url-scheme-invalid ${at}.keyFile.source`] },
  },
  { name: 'a key without a source', config: luks({ keyFile: { source: '' } }), finds: { '3.2.0': [] } },

  // clevis
  ...[{ tang: [tang] }, { tpm2: true }, { threshold: 1 }, { threshold: -1 }].map((others) => ({
    name: `a custom pin beside ${JSON.stringify(others)}`,
    config: custom(pin, others),
    finds: { '3.2.0': [`clevis-custom-conflict ${at}.clevis`] },
  })),
  {
    name: 'a custom pin beside nothing',
    config: custom(pin, { tang: [], tpm2: false, threshold: 0 }),
    finds: { '3.2.0': [] },
  },
  {
    name: 'an empty custom pin beside another',
    config: custom({}, { tpm2: true }),
    finds: { '3.2.0': [`clevis-custom-conflict ${at}.clevis`], '3.3.0': [] },
  },
  {
    name: 'a custom pin without a name',
    config: custom({ config: '{}' }),
    finds: {
      '3.2.0': [`clevis-pin-unknown ${at}.clevis.custom.pin`],
      '3.3.0': [`clevis-pin-required ${at}.clevis.custom.pin`],
    },
  },
  {
    name: 'a custom pin that only needs the network',
    config: custom({ needsNetwork: true }),
    finds: {
      '3.2.0': [],
      '3.3.0': [`clevis-pin-required ${at}.clevis.custom.pin`, `clevis-config-required ${at}.clevis.custom.config`],
    },
  },
  {
    name: 'a custom pin that does not need the network either',
    config: custom({ needsNetwork: false }),
    finds: { '3.2.0': [] },
  },
  {
    name: 'a custom pin of any name',
    config: custom({ pin: 'Tang', config: '{}' }),
    finds: { '3.2.0': [`clevis-pin-unknown ${at}.clevis.custom.pin`], '3.6.0': [] },
  },
  ...['tpm2', 'tang', 'sss'].map((name) => ({
    name: `the pin ${name} without a config`,
    config: custom({ pin: name }),
    finds: { '3.2.0': [`clevis-config-required ${at}.clevis.custom.config`] },
  })),

  // tang
  {
    name: 'a tang server that is not reached by HTTP',
    config: luks({ clevis: { tang: [{ ...tang, url: 'ftp://h' }, { ...tang, url: ':' }, { thumbprint: 't' }] } }),
    finds: {
      '3.2.0': [
        `url-scheme-invalid ${at}.clevis.tang.0.url`,
        `url-unparsable ${at}.clevis.tang.1.url`,
        `url-scheme-invalid ${at}.clevis.tang.2.url`,
      ],
    },
  },
  {
    name: 'tang servers without a thumbprint',
    config: luks({ clevis: { tang: [{ url: 'http://h' }, { url: 'http://i', thumbprint: '' }] } }),
    finds: {
      '3.2.0': [
        `tang-thumbprint-required ${at}.clevis.tang.0.thumbprint`,
        `tang-thumbprint-required ${at}.clevis.tang.1.thumbprint`,
      ],
    },
  },
  {
    name: 'advertisements',
    config: luks({
      clevis: {
        tang: ['', '1', ' {"a": []} ', '{', "{'a': 1}"].map((advertisement, index) => {
          return { url: `http://h/${index}`, thumbprint: 't', advertisement }
        }),
      },
    }),
    finds: {
      '3.2.0': [0, 1, 2, 3, 4].map((index) => `unused-key ${at}.clevis.tang.${index}.advertisement`),
      '3.4.0': [3, 4].map((index) => `tang-advertisement-invalid ${at}.clevis.tang.${index}.advertisement`),
    },
  },

  // CEX
  {
    name: 'CEX',
    config: luks({ cex: { enabled: true } }),
    finds: { '3.2.0': [`unused-key ${at}.cex`], '3.5.0': [] },
  },
  ...[{ tang: [tang] }, { tpm2: true }, { threshold: 1 }, { custom: pin }].map((clevis) => ({
    name: `CEX beside clevis with ${JSON.stringify(clevis)}`,
    config: luks({ cex: { enabled: true }, clevis }),
    finds: { '3.5.0': [`cex-with-clevis ${at}.cex`] },
  })),
  {
    name: 'CEX beside a key',
    config: luks({ cex: { enabled: true }, keyFile: { source: 'data:,k' } }),
    finds: { '3.5.0': [`cex-with-key-file ${at}.cex`] },
  },
  {
    name: 'CEX that is off, or alone',
    config: {
      storage: {
        luks: [
          { name: 'a', device: '/a', cex: { enabled: false }, clevis: { tpm2: true }, keyFile: { source: 'data:,k' } },
          { name: 'b', device: '/a', cex: { enabled: true }, clevis: { tpm2: false }, keyFile: { source: '' } },
        ],
      },
    },
    finds: { '3.5.0': [] },
  },
]
