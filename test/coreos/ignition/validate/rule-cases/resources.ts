import { contents, type RuleCase, source } from './rule-case.ts'

const at = '$.storage.files.0.contents'
const sha512 = `sha512-${'0'.repeat(128)}`

function merge(...list: readonly object[]): RuleCase['config'] {
  return { ignition: { config: { merge: list } } }
}

function authorities(...list: readonly object[]): RuleCase['config'] {
  return { ignition: { security: { tls: { certificateAuthorities: list } } } }
}

function hash(text: string): RuleCase['config'] {
  return contents({ source: 'data:,', verification: { hash: text } })
}

function headers(...list: readonly object[]): RuleCase['config'] {
  return contents({ source: 'http://h', httpHeaders: list })
}

const wrongHash = (kind: string): readonly string[] => [`${kind} ${at}.verification.hash`]

/** Resources, the configs and authorities that are fetched, and proxies. */
export const resourceCases: readonly RuleCase[] = [
  // sources
  {
    name: 'no source, and an empty one',
    config: {
      storage: {
        files: [
          { path: '/a', contents: {} },
          { path: '/b', contents: { source: '' } },
        ],
      },
    },
    finds: [],
  },
  ...[
    ':',
    'a b://c',
    'http://h\n',
    'http://[::1',
    'http://h:p/',
    'http://h/%zz',
    'http://%41/',
    'a:b/c:d#%',
    'é:b',
  ].map((url) => ({
    name: `the URL ${JSON.stringify(url)}`,
    config: source(url),
    finds: [`url-unparsable ${at}.source`],
  })),
  ...['a', '/a', '//h', 'ftp://h', 'file:///a', 'oem:///a', 'a:b'].map((url) => ({
    name: `the URL ${url}`,
    config: source(url),
    finds: [`url-scheme-invalid ${at}.source`],
  })),
  ...['http://', 'https:', 'HTTP://H', 'http://h:99999/', 'tftp://h/a', 's3://b/k', 's3://b/k?a;versionId='].map(
    (url) => ({
      name: `the URL ${url}`,
      config: source(url),
      finds: [],
    }),
  ),
  {
    name: 'a source in Google Cloud Storage',
    config: source('gs://b/k'),
    finds: { '3.0.0': [`url-scheme-invalid ${at}.source`], '3.2.0': [] },
  },
  {
    name: 'an object in S3 by its ARN',
    config: source('arn:aws:s3:::b/k'),
    finds: { '3.0.0': [`url-scheme-invalid ${at}.source`], '3.4.0': [] },
  },
  ...['arn:aws:s3:::b', 'arn:aws:s3:b/k', 'arn:aws:ec2:::b/k', 'arn:aws:s3:r:1:accesspoint/a', 'arn:'].map((url) => ({
    name: `the URL ${url}`,
    config: source(url),
    finds: { '3.4.0': [`s3-arn-invalid ${at}.source`] },
  })),
  {
    name: 'an access point',
    config: source('arn:aws:s3:r:1:accesspoint/a/object'),
    finds: { '3.4.0': [] },
  },
  {
    name: 'an empty version of an object in S3',
    config: source('s3://b/k?versionId='),
    finds: [`s3-version-id-empty ${at}.source`],
  },
  {
    name: 'an empty version of an object by its ARN',
    config: source('arn:aws:s3:::b/k?versionId=&versionId=1'),
    finds: { '3.4.0': [`s3-version-id-empty ${at}.source`] },
  },
  ...['data:', 'DATA:,', 'data:;base64,YQ', 'data:,é', 'data:,%4', 'data:text;,a'].map((url) => ({
    name: `the URL ${url}`,
    config: source(url),
    finds: [`data-url-malformed ${at}.source`],
  })),
  {
    name: 'a wrong URL to append and to replace the config by',
    config: {
      ignition: { config: { replace: { source: 'a' } } },
      storage: { files: [{ path: '/a', append: [{}, { source: 'a' }] }] },
    },
    finds: [
      'url-scheme-invalid $.ignition.config.replace.source',
      'url-scheme-invalid $.storage.files.0.append.1.source',
    ],
  },

  // configs and authorities
  {
    name: 'configs to merge without a source',
    config: merge({}, { source: null }),
    finds: {
      '3.0.0': ['duplicate $.ignition.config.merge.1'],
      '3.1.0': [
        'source-required $.ignition.config.merge.0',
        'source-required $.ignition.config.merge.1',
        'duplicate $.ignition.config.merge.1',
      ],
    },
  },
  {
    name: 'a config to merge from a wrong URL',
    config: merge({ source: 'a' }),
    finds: {
      '3.0.0': ['url-scheme-invalid $.ignition.config.merge.0.source'],
      '3.1.0': ['url-scheme-invalid $.ignition.config.merge.0', 'url-scheme-invalid $.ignition.config.merge.0.source'],
    },
  },
  {
    name: 'an authority without a source',
    config: authorities({ source: '' }),
    finds: {
      '3.0.0': ['url-scheme-invalid $.ignition.security.tls.certificateAuthorities.0.source'],
      '3.1.0': ['source-required $.ignition.security.tls.certificateAuthorities.0'],
    },
  },
  {
    name: 'an authority from a wrong URL',
    config: authorities({ source: ':' }),
    finds: {
      '3.0.0': ['url-unparsable $.ignition.security.tls.certificateAuthorities.0.source'],
      '3.1.0': [
        'url-unparsable $.ignition.security.tls.certificateAuthorities.0',
        'url-unparsable $.ignition.security.tls.certificateAuthorities.0.source',
      ],
    },
  },

  // compression
  { name: 'no compression', config: contents({ compression: '' }), finds: [] },
  { name: 'gzip without a source', config: contents({ compression: 'gzip' }), finds: [] },
  { name: 'GZIP', config: contents({ compression: 'GZIP' }), finds: [`compression-invalid ${at}.compression`] },
  {
    name: 'an unknown compression of a config',
    config: merge({ source: 'data:,', compression: 'xz' }),
    finds: {
      '3.0.0': ['unused-key $.ignition.config.merge.0.compression'],
      '3.1.0': ['compression-invalid $.ignition.config.merge.0.compression'],
    },
  },

  // hashes
  { name: 'a hash of 128 characters', config: hash(sha512), finds: [] },
  { name: 'a hash of 128 bytes in 64 characters', config: hash(`sha512-${'é'.repeat(64)}`), finds: [] },
  {
    name: 'a hash of 256 bytes in 128 characters',
    config: hash(`sha512-${'é'.repeat(128)}`),
    finds: wrongHash('hash-wrong-length'),
  },
  { name: 'a hash of 127 characters', config: hash(sha512.slice(0, -1)), finds: wrongHash('hash-wrong-length') },
  { name: 'a hash of 129 characters', config: hash(`${sha512}0`), finds: wrongHash('hash-wrong-length') },
  {
    name: 'a sha256 hash',
    config: hash(`sha256-${'f'.repeat(64)}`),
    finds: { '3.0.0': wrongHash('hash-function-unknown'), '3.1.0': [] },
  },
  {
    name: 'a sha256 hash of 63 characters',
    config: hash(`sha256-${'f'.repeat(63)}`),
    finds: { '3.1.0': wrongHash('hash-wrong-length') },
  },
  { name: 'a hash in capitals', config: hash(sha512.toUpperCase()), finds: wrongHash('hash-function-unknown') },
  { name: 'a hash without a function', config: hash(`-${'0'.repeat(128)}`), finds: wrongHash('hash-function-unknown') },
  { name: 'a hash without a dash', config: hash('sha512'), finds: wrongHash('hash-malformed') },
  { name: 'an empty hash', config: hash(''), finds: wrongHash('hash-malformed') },
  {
    name: 'a hash without a source',
    config: contents({ verification: { hash: sha512 } }),
    finds: wrongHash('hash-without-source'),
  },
  {
    name: 'an empty hash without a source',
    config: contents({ verification: { hash: '' } }),
    finds: [...wrongHash('hash-without-source'), ...wrongHash('hash-malformed')],
  },
  {
    name: 'a hash with an empty source',
    config: contents({ source: '', verification: { hash: sha512 } }),
    finds: [],
  },

  // headers
  {
    name: 'headers without a name',
    config: headers({ value: 'a' }, { name: 'a' }),
    finds: { '3.1.0': [`header-name-required ${at}.httpHeaders.0.name`] },
  },
  {
    name: 'an empty value of a header, and none',
    config: headers({ name: 'a', value: '' }, { name: 'b', value: null }),
    finds: { '3.1.0': [`header-value-empty ${at}.httpHeaders.0.value`] },
  },
  {
    name: 'headers for data',
    config: contents({ source: 'data:,', httpHeaders: [{ name: 'a' }] }),
    finds: { '3.1.0': [`headers-scheme-unsupported ${at}.httpHeaders`] },
  },
  {
    name: 'headers without a source',
    config: contents({ httpHeaders: [{ name: 'a' }] }),
    finds: { '3.1.0': [`url-unparsable ${at}.httpHeaders`] },
  },
  { name: 'no headers for data', config: contents({ source: 'data:,', httpHeaders: [] }), finds: { '3.1.0': [] } },
  {
    name: 'headers before spec 3.1.0',
    config: headers({ name: 'a' }),
    finds: { '3.0.0': [`unused-key ${at}.httpHeaders`], '3.1.0': [] },
  },

  // proxies
  {
    name: 'proxies of other schemes',
    config: { ignition: { proxy: { httpProxy: '', httpsProxy: 'socks5://h' } } },
    finds: {
      '3.1.0': ['proxy-scheme-invalid $.ignition.proxy.httpProxy', 'proxy-scheme-invalid $.ignition.proxy.httpsProxy'],
    },
  },
  {
    name: 'proxies that are no URLs',
    config: { ignition: { proxy: { httpProxy: ':', httpsProxy: 'http://h h' } } },
    finds: { '3.1.0': ['url-unparsable $.ignition.proxy.httpProxy', 'url-unparsable $.ignition.proxy.httpsProxy'] },
  },
  {
    name: 'proxies without encryption',
    config: { ignition: { proxy: { httpProxy: 'http://h', httpsProxy: 'HTTP://h' } } },
    finds: { '3.1.0': ['proxy-insecure $.ignition.proxy.httpsProxy'] },
  },
  {
    name: 'proxies before spec 3.1.0',
    config: { ignition: { proxy: { httpsProxy: ':' } } },
    finds: { '3.0.0': ['unused-key $.ignition.proxy'], '3.1.0': ['url-unparsable $.ignition.proxy.httpsProxy'] },
  },
]
