import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { readPublicKeys, verifyDetached } from '../../../src/node/index.ts'
import { createGnupg, type Gnupg } from '../../support/gnupg.ts'
import { needs } from '../../support/needs.ts'

const FILE = 'image.raw.xz'
const data = new TextEncoder().encode('an image of a system\r\nand its second line\n'.repeat(500))

let made: Gnupg | undefined

beforeEach((context) => needs(context, 'gpg', 'gpg-agent', 'gpgconf', 'gpgv'))

afterAll(async () => {
  await made?.[Symbol.asyncDispose]()
})

async function gnupgWithFile(): Promise<Gnupg> {
  made ??= await createGnupg()
  await writeFile(join(made.directory, FILE), data)
  return made
}

interface Signed {
  readonly signature: Uint8Array
  readonly keys: Uint8Array
}

interface Case {
  readonly name: string
  readonly make: (gnupg: Gnupg) => Promise<Signed>
  /** What we say: a part of the clause, or of the error's message. */
  readonly says: string | RegExp
  readonly isGood: boolean
  /** GnuPG's own verdict, where it is another one; the name of the case says why. */
  readonly gpgv?: boolean
}

const signedBy = async (gnupg: Gnupg, name: string, { day = 3, args = [] as string[] } = {}): Promise<Signed> => ({
  signature: await gnupg.sign(day, FILE, [name], args),
  keys: await gnupg.exportKeys([name]),
})

const kinds: readonly Case[] = ['rsa2048', 'rsa4096', 'ed25519', 'nistp256', 'nistp384', 'nistp521'].map((kind) => ({
  name: `a key of kind ${kind}`,
  make: async (gnupg) => {
    await gnupg.makeKey(2, kind, kind)
    return await signedBy(gnupg, kind)
  },
  says: `${kind} <${kind}@example.com>`,
  isGood: true,
}))

const cases: readonly Case[] = [
  ...kinds,
  {
    name: 'a subkey',
    make: async (gnupg) => {
      const fingerprint = await gnupg.makeKey(2, 'main', 'ed25519')
      await gnupg.gpg(2, ['--quick-add-key', fingerprint, 'rsa2048', 'sign', 'never'])
      return await signedBy(gnupg, 'main')
    },
    says: /^good signature by main/,
    isGood: true,
  },
  {
    name: 'armor',
    make: async (gnupg) => await signedBy(gnupg, 'ed25519', { args: ['--armor'] }),
    says: 'good signature by ed25519',
    isGood: true,
  },
  ...['SHA224', 'SHA384', 'SHA512'].map((hash) => ({
    name: `${hash}`,
    make: async (gnupg: Gnupg) => await signedBy(gnupg, 'rsa2048', { args: ['--digest-algo', hash] }),
    says: 'good signature',
    isGood: true,
  })),
  {
    name: 'a keyring of many, where another key has signed as well',
    make: async (gnupg) => {
      const signature = await gnupg.sign(3, FILE, ['rsa2048', 'ed25519'])
      return { signature, keys: await gnupg.exportKeys([]) }
    },
    says: /good signature by .*; good signature by /,
    isGood: true,
  },
  {
    name: 'an unknown key beside a known one, which GnuPG objects to',
    make: async (gnupg) => {
      const signature = await gnupg.sign(3, FILE, ['rsa2048', 'ed25519'])
      return { signature, keys: await gnupg.exportKeys(['ed25519']) }
    },
    says: /good signature by ed25519.*; not used: a signature by the unknown key/,
    isGood: true,
    gpgv: false,
  },
  {
    name: 'an unknown key',
    make: async (gnupg) => ({
      signature: await gnupg.sign(3, FILE, ['rsa2048']),
      keys: await gnupg.exportKeys(['ed25519']),
    }),
    says: 'signed by a key that is not here',
    isGood: false,
  },
  {
    name: 'a signature that has expired',
    make: async (gnupg) => await signedBy(gnupg, 'ed25519', { args: ['--default-sig-expire', '5d'] }),
    says: 'it expired on 2025-01-08',
    isGood: false,
  },
  {
    name: 'a key that has expired since',
    make: async (gnupg) => {
      await gnupg.makeKey(2, 'short', 'ed25519', '2025-01-10')
      return await signedBy(gnupg, 'short')
    },
    says: /\(the key expired on 2025-01-10, after that\)/,
    isGood: true,
  },
  {
    name: 'a key that had expired before',
    make: async (gnupg) => {
      const fingerprint = await gnupg.makeKey(2, 'over', 'ed25519')
      const signature = await gnupg.sign(20, FILE, ['over'])
      await gnupg.gpg(2, ['--quick-set-expire', fingerprint, '2025-01-10'])
      return { signature, keys: await gnupg.exportKeys(['over']) }
    },
    says: /had expired on 2025-01-10, and it was made 2025-01-20/,
    isGood: false,
    gpgv: true,
  },
  {
    name: 'a key whose life was extended after it signed, and only its last word is known',
    make: async (gnupg) => {
      const fingerprint = await gnupg.makeKey(2, 'longer', 'ed25519', '2025-01-10')
      const signature = await gnupg.sign(3, FILE, ['longer'])
      await gnupg.gpg(5, ['--quick-set-expire', fingerprint, '0'])
      await gnupg.gpg(5, ['--edit-key', fingerprint, 'minimize', 'save'])
      return { signature, keys: await gnupg.exportKeys(['longer']) }
    },
    says: 'good signature by longer',
    isGood: true,
  },
  {
    name: 'a key that was revoked without a reason, which gpgv does not mind',
    make: async (gnupg) => {
      await gnupg.makeKey(2, 'lost', 'ed25519')
      const signature = await gnupg.sign(3, FILE, ['lost'])
      await gnupg.revoke(5, 'lost', 0)
      return { signature, keys: await gnupg.exportKeys(['lost']) }
    },
    says: 'its key was revoked on 2025-01-05, since no reason is given',
    isGood: false,
    gpgv: true,
  },
  {
    name: 'a key that was revoked since it is in other hands',
    make: async (gnupg) => {
      await gnupg.makeKey(2, 'stolen', 'rsa2048')
      const signature = await gnupg.sign(3, FILE, ['stolen'])
      await gnupg.revoke(5, 'stolen', 1)
      return { signature, keys: await gnupg.exportKeys(['stolen']) }
    },
    says: 'since it is in other hands',
    isGood: false,
    gpgv: true,
  },
  {
    name: 'a key that gave way to another one after it signed',
    make: async (gnupg) => {
      await gnupg.makeKey(2, 'rotated', 'ed25519')
      const signature = await gnupg.sign(3, FILE, ['rotated'])
      await gnupg.revoke(5, 'rotated', 2)
      return { signature, keys: await gnupg.exportKeys(['rotated']) }
    },
    says: /good signature by rotated .*\(the key was retired on 2025-01-05, after that\)/,
    isGood: true,
  },
  {
    name: 'a subkey that was revoked',
    make: async (gnupg) => {
      const fingerprint = await gnupg.makeKey(2, 'parent', 'ed25519')
      await gnupg.gpg(2, ['--quick-add-key', fingerprint, 'ed25519', 'sign', 'never'])
      const signature = await gnupg.sign(3, FILE, ['parent'])
      await gnupg.gpg(5, ['--edit-key', fingerprint], ['key 1', 'revkey', 'y', '0', '', 'y', 'save'])
      return { signature, keys: await gnupg.exportKeys(['parent']) }
    },
    says: 'its key was revoked on 2025-01-05',
    isGood: false,
    gpgv: true,
  },
  {
    name: 'SHA-1, which this GnuPG lets pass',
    make: async (gnupg) => await signedBy(gnupg, 'rsa2048', { args: ['--digest-algo', 'SHA1'] }),
    says: 'SHA-1, which can be forged',
    isGood: false,
    gpgv: true,
  },
  {
    name: 'a key that says what it is for with SHA-1, as old ones do',
    make: async (gnupg) => {
      const args = ['--cert-digest-algo', 'SHA1', '--quick-generate-key', 'old <old@example.com>', 'rsa2048', 'sign']
      await gnupg.gpg(2, [...args, 'never'])
      return await signedBy(gnupg, 'old')
    },
    says: 'good signature by old',
    isGood: true,
  },
  {
    name: 'text, of which line ends may change',
    make: async (gnupg) => await signedBy(gnupg, 'ed25519', { args: ['--textmode'] }),
    says: 'does not cover the bytes',
    isGood: false,
    gpgv: true,
  },
  {
    name: 'a DSA key, which GnuPG still takes',
    make: async (gnupg) => {
      await gnupg.makeKey(2, 'dsa', 'dsa2048')
      return await signedBy(gnupg, 'dsa')
    },
    says: 'cannot be relied on',
    isGood: false,
    gpgv: true,
  },
  {
    name: 'a key on a Brainpool curve, which the library only half knows',
    make: async (gnupg) => {
      await gnupg.makeKey(2, 'brainpool', 'brainpoolP256r1')
      return await signedBy(gnupg, 'brainpool')
    },
    says: 'cannot be relied on',
    isGood: false,
    gpgv: true,
  },
]

async function verdict({ signature, keys }: Signed, bytes: Uint8Array): Promise<{ isGood: boolean; says: string }> {
  try {
    const keyring = { keys: await readPublicKeys(keys, 'keys.gpg'), places: ['keys.gpg'] }
    const check = await verifyDetached({ signature, keyring, name: FILE })
    for (let offset = 0; offset < bytes.byteLength; offset += 4096)
      await check.update(bytes.subarray(offset, offset + 4096))
    return { isGood: true, says: await check.finish() }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return { isGood: false, says: error.message }
  }
}

it.each(cases)('agrees with GnuPG on $name', async ({ make, says, isGood, gpgv = isGood }) => {
  const gnupg = await gnupgWithFile()
  const signed = await make(gnupg)
  const ours = await verdict(signed, data)
  expect(ours.says).toMatch(says)
  expect(ours.isGood).toBe(isGood)
  expect(await gnupg.gpgvAccepts(FILE, signed.signature, signed.keys)).toBe(gpgv)

  // Whoever is believed about this file isn't about another one.
  const other = data.slice()
  other[other.byteLength - 1] = 0
  await writeFile(join(gnupg.directory, FILE), other)
  expect((await verdict(signed, other)).isGood).toBe(false)
  expect(await gnupg.gpgvAccepts(FILE, signed.signature, signed.keys)).toBe(false)
})
