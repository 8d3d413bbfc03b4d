import { describe, expect, it } from 'vitest'
import { FINDING_KINDS, findAdvice, type Ignition, type IgnitionConfig } from '../../../../src/coreos/index.ts'
import { type AdviceCase, adviceOf, CORE, configOf } from './advice-case.ts'

const [key] = CORE.sshAuthorizedKeys

function file(parts: Partial<Ignition.File>): Partial<IgnitionConfig> {
  return { storage: { files: [{ path: '/etc/a', ...parts }] } }
}

function contents(resource: Ignition.Resource): Partial<IgnitionConfig> {
  return file({ contents: resource })
}

const privateKey = 'data:,-----BEGIN%20OPENSSH%20PRIVATE%20KEY-----%0A'
const gzipHead = 'data:;base64,H4sIAAAAAAAA'
const at = '$.storage.files.0'

describe('findAdvice', () => {
  it.each<AdviceCase>([
    { name: 'nothing for a plain config', parts: file({ mode: 420, contents: { source: 'data:,a' } }), advice: [] },

    // modes
    { name: 'octal digits without special bits', parts: file({ mode: 400 }), advice: [`mode-looks-octal ${at}.mode`] },
    { name: 'decimal modes', parts: file({ mode: 493 }), advice: [] },
    { name: 'what Ignition warns of itself', parts: file({ mode: 644 }), advice: [] },
    {
      name: 'what Ignition warned of before 3.6.0',
      parts: file({ mode: 644 }),
      version: '3.6.0',
      advice: [`mode-looks-octal ${at}.mode`],
    },
    {
      name: 'modes of directories',
      parts: { storage: { directories: [{ path: '/etc/a', mode: 440 }] } },
      advice: ['mode-looks-octal $.storage.directories.0.mode'],
    },

    // what writes where
    {
      name: 'a file below a file, however deep',
      parts: { storage: { files: [{ path: '/etc/a' }, { path: '/etc/a/b/c' }, { path: '/etc/ab' }] } },
      advice: ['path-below-file $.storage.files.1.path'],
    },
    {
      name: 'a directory and a link below a file',
      parts: {
        storage: {
          files: [{ path: '/etc/a' }],
          directories: [{ path: '/etc/a/d' }],
          links: [{ path: '/etc/a/l', target: '/x' }],
        },
      },
      advice: ['path-below-file $.storage.directories.0.path', 'path-below-file $.storage.links.0.path'],
    },
    { name: 'a file in the place of /', parts: file({ path: '/' }), advice: [`path-is-root ${at}.path`] },
    {
      name: 'a link in the place of /',
      parts: { storage: { links: [{ path: '/', target: '/a' }] } },
      advice: ['path-is-root $.storage.links.0.path'],
    },
    {
      name: 'a directory in the place of /',
      parts: { storage: { directories: [{ path: '/', overwrite: true }] } },
      advice: ['path-is-root $.storage.directories.0.path'],
    },
    { name: 'the mode of /', parts: { storage: { directories: [{ path: '/', mode: 493 }] } }, advice: [] },
    { name: 'a path in /tmp', parts: file({ path: '/tmp/a' }), advice: [`path-not-lasting ${at}.path`] },
    { name: 'a path that only begins like /run', parts: file({ path: '/runner/a' }), advice: [] },
    {
      name: 'fragments without a source',
      parts: file({ append: [{ source: 'data:,a' }, {}] }),
      advice: [`append-without-source ${at}.append.1`],
    },
    {
      name: 'relative targets of hard links',
      parts: { storage: { links: [{ path: '/etc/a', target: 'b', hard: true }] } },
      advice: ['hard-link-target-relative $.storage.links.0.target'],
    },
    {
      name: 'relative targets of symbolic links',
      parts: { storage: { links: [{ path: '/etc/a', target: 'b' }] } },
      advice: [],
    },

    // resources
    {
      name: 'http without a hash',
      parts: contents({ source: 'http://h/a' }),
      advice: [`insecure-source ${at}.contents.source`],
    },
    {
      name: 'tftp without a hash',
      parts: contents({ source: 'TFTP://h/a' }),
      advice: [`insecure-source ${at}.contents.source`],
    },
    { name: 'https without a hash', parts: contents({ source: 'https://h/a' }), advice: [] },
    {
      name: 'http with a hash',
      parts: contents({ source: 'http://h/a', verification: { hash: `sha256-${'0'.repeat(64)}` } }),
      advice: [],
    },
    {
      name: 'a hash with letters beyond f',
      parts: contents({ source: 'https://h/a', verification: { hash: `sha256-${'x'.repeat(64)}` } }),
      advice: [`hash-never-matches ${at}.contents.verification.hash`],
    },
    {
      name: 'an upper-case hash of a config',
      parts: {
        ignition: {
          version: '3.4.0',
          config: { replace: { source: 'https://h/a', verification: { hash: `sha256-${'A'.repeat(64)}` } } },
        },
      },
      advice: ['hash-never-matches $.ignition.config.replace.verification.hash'],
    },
    {
      name: 'an upper-case hash of a file',
      parts: contents({ source: 'https://h/a', verification: { hash: `sha256-${'A'.repeat(64)}` } }),
      advice: [],
    },
    { name: 'gzip data', parts: contents({ source: gzipHead, compression: 'gzip' }), advice: [] },
    {
      name: 'gzip wanted where there is none',
      parts: contents({ source: 'data:,plain', compression: 'gzip' }),
      advice: [`compression-fails ${at}.contents.compression`],
    },
    {
      name: 'gzip of nothing',
      parts: contents({ source: 'data:,', compression: 'gzip' }),
      advice: [`compression-fails ${at}.contents.compression`],
    },
    { name: 'gzip where nothing is fetched', parts: contents({ source: '', compression: 'gzip' }), advice: [] },
    {
      name: 'gzip from s3',
      parts: contents({ source: 's3://b/k', compression: 'gzip' }),
      advice: [`compression-fails ${at}.contents.compression`],
    },
    { name: 'gzip from https', parts: contents({ source: 'https://h/a', compression: 'gzip' }), advice: [] },
    {
      name: 'headers with credentials, and without a value',
      parts: contents({
        source: 'https://h/a',
        httpHeaders: [{ name: 'Authorization', value: 'Bearer hunter2' }, { name: 'X' }, { name: 'Y', value: 'z' }],
      }),
      advice: [
        `secret-in-config ${at}.contents.httpHeaders.0.value`,
        `header-without-value ${at}.contents.httpHeaders.1`,
      ],
    },
    {
      name: 'passwords in URLs',
      parts: contents({ source: 'https://u:hunter2@h/a' }),
      advice: [`secret-in-config ${at}.contents.source`],
    },
    { name: 'user names in URLs', parts: contents({ source: 'https://u@h/a' }), advice: [] },
    {
      name: 'configs that are empty',
      parts: { ignition: { version: '3.4.0', config: { merge: [{ source: 'data:,' }] } } },
      advice: ['empty-reference $.ignition.config.merge.0.source'],
    },

    // secrets
    {
      name: 'a private key that others can read',
      parts: file({ contents: { source: privateKey }, mode: 420 }),
      advice: [`secret-readable ${at}.mode`],
    },
    {
      name: 'a private key in a file of the default mode',
      parts: file({ contents: { source: privateKey } }),
      advice: [`secret-readable ${at}.path`],
    },
    {
      name: 'a private key that only its owner can read',
      parts: file({ contents: { source: privateKey }, mode: 384 }),
      advice: [],
    },
    {
      name: 'keys of volumes',
      parts: { storage: { luks: [{ name: 'a', device: '/dev/disk/by-id/x', keyFile: { source: 'data:,hunter2' } }] } },
      advice: ['secret-in-config $.storage.luks.0.keyFile.source'],
    },

    // users
    {
      name: 'no user at all',
      parts: { passwd: {} },
      advice: ['no-login $'],
    },
    {
      name: 'users who are locked or deleted',
      parts: {
        passwd: {
          users: [
            { name: 'a', passwordHash: '*' },
            { ...CORE, shouldExist: false },
          ],
        },
      },
      advice: ['no-login $'],
    },
    {
      name: 'no user, but a config to merge that may bring one',
      parts: { passwd: {}, ignition: { version: '3.4.0', config: { merge: [{ source: 'https://h/a' }] } } },
      advice: [],
    },
    {
      name: 'a password in the place of its hash',
      parts: { passwd: { users: [{ ...CORE, passwordHash: 'hunter2' }] } },
      advice: ['password-hash-unusable $.passwd.users.0.passwordHash'],
    },
    {
      name: 'a private key and a word in the place of public SSH keys',
      parts: {
        passwd: {
          users: [
            { name: 'core', sshAuthorizedKeys: [key, '-----BEGIN OPENSSH PRIVATE KEY-----\nx', 'garbage', '# mine'] },
          ],
        },
      },
      advice: [
        'ssh-key-unusable $.passwd.users.0.sshAuthorizedKeys.1',
        'ssh-key-unusable $.passwd.users.0.sshAuthorizedKeys.2',
      ],
    },
    {
      name: 'SSH keys with options, of a hardware token, and with a certificate authority',
      parts: {
        passwd: {
          users: [
            {
              name: 'core',
              sshAuthorizedKeys: [
                'no-pty,command="a b" ssh-ed25519 AAAA x',
                'sk-ssh-ed25519@openssh.com AAAA',
                'cert-authority ecdsa-sha2-nistp256 AAAA',
              ],
            },
          ],
        },
      },
      advice: [],
    },
    {
      name: 'a weak hash',
      parts: { passwd: { users: [{ ...CORE, passwordHash: '$1$salt$0123456789012345678901' }] } },
      advice: ['password-hash-weak $.passwd.users.0.passwordHash'],
    },
    {
      name: 'a good hash, and a locked account',
      parts: {
        passwd: {
          users: [
            { ...CORE, passwordHash: '$y$j9T$abc$def' },
            { name: 'b', passwordHash: '!' },
          ],
        },
      },
      advice: [],
    },
  ])('gives $name: $advice', ({ parts, version, advice }) => {
    expect(adviceOf(configOf(parts, version))).toEqual(advice)
  })

  it('tells of kernel arguments only where the config is for a live system', () => {
    const config = configOf({ kernelArguments: { shouldExist: [], shouldNotExist: ['quiet'] } })
    expect(findAdvice(config)).toEqual([])
    expect(findAdvice(config, { isForLiveSystem: true })).toMatchObject([
      { kind: 'kernel-arguments-on-live', path: ['kernelArguments', 'shouldNotExist'] },
    ])
  })

  it('looks at no more than the beginning of long contents, wherever the cut falls', () => {
    for (let length = 65_530; length < 65_545; length++) {
      const source = `data:,${'%41'.repeat(length)}`
      expect(adviceOf(configOf(contents({ source })))).toEqual([])
    }
  })

  it('shows no secrets', () => {
    const config = configOf({
      passwd: { users: [{ name: 'a', passwordHash: 'hunter2' }] },
      ...contents({ source: 'http://u:hunter2@h/a?hunter2', httpHeaders: [{ name: 'Cookie', value: 'hunter2' }] }),
    })
    expect(findAdvice(config).length).toBeGreaterThan(2)
    expect(JSON.stringify(findAdvice(config))).not.toContain('hunter2')
  })

  it('only gives findings of the severity advice', () => {
    const config = configOf({ passwd: {}, ...file({ mode: 400 }) })
    expect(findAdvice(config).map(({ kind }) => FINDING_KINDS[kind])).toEqual(['advice', 'advice'])
  })
})
