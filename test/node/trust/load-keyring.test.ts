import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { armor, enums, type PrivateKey } from 'openpgp'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { joinBytes } from '../../../src/bytes/index.ts'
import { loadKeyring, verifyDetached } from '../../../src/node/index.ts'
import { day, makeKey, makeSignature, renewed, revoked } from '../../support/openpgp.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

let temporary: AsyncDisposable
let directory: string
let key: PrivateKey
let other: PrivateKey
let old: PrivateKey

beforeAll(async () => {
  key = await makeKey()
  other = await makeKey({ userIDs: { name: 'Other' } })
  old = await makeKey({ type: 'ecc', curve: 'nistP384' })
})

beforeEach(async () => {
  const made = await temporaryDirectory()
  temporary = made
  directory = made.path
})

afterEach(async () => {
  await temporary[Symbol.asyncDispose]()
})

async function put(name: string, content: Uint8Array | string): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, content)
  return path
}

function publicOf(...keys: readonly PrivateKey[]): Uint8Array {
  return joinBytes(keys.map((key) => key.toPublic().write()))
}

function armored(bytes: Uint8Array): string {
  return armor(enums.armor.publicKey, bytes)
}

async function fingerprints(files: readonly string[], folders: readonly string[] = []): Promise<readonly string[]> {
  const { keys } = await loadKeyring({ files, folders })
  return keys.map(({ fingerprint }) => fingerprint.toLowerCase())
}

describe('loadKeyring', () => {
  it.each([
    { name: 'binary keys', content: () => publicOf(key, old, other) },
    { name: 'armored keys', content: () => armored(publicOf(key, old, other)) },
    {
      name: 'several armored blocks with text between them',
      content: () =>
        [key, old, other]
          .map((one) => `About the key:\r\n\r\n${armored(publicOf(one))}=none\n-----what follows-----\n`)
          .join('\n'),
    },
    { name: 'one key several times', content: () => publicOf(key, old, other, key) },
  ])('reads $name', async ({ content }) => {
    const path = await put('keys', content())
    const wanted = [key, old, other].map((key) => key.getFingerprint())
    expect(await fingerprints([path])).toEqual(wanted)
  })

  it('passes over keys of unknown kinds among others', async () => {
    const unknown = publicOf(old)
    // A new-format packet has its version behind the length, and six bytes on the algorithm.
    unknown[unknown.indexOf(4) + 5] = 99
    const path = await put('keys', joinBytes([publicOf(key), unknown, publicOf(other)]))
    expect(await fingerprints([path])).toEqual([key.getFingerprint(), other.getFingerprint()])
  })

  it.each([
    { name: 'a file of zeros', content: () => new Uint8Array(200), says: 'no public keys' },
    { name: 'an empty file', content: () => '', says: 'no public keys' },
    { name: 'a key that was cut', content: () => publicOf(key).subarray(0, 60), says: 'no public keys' },
    { name: 'armor that was cut', content: () => armored(publicOf(key)).slice(0, 150), says: 'no public keys' },
    { name: 'a private key', content: () => key.write(), says: 'private key' },
    { name: 'an armored private key', content: () => key.armor(), says: 'private key' },
    {
      name: 'an armored signature',
      content: async () => armor(enums.armor.signature, await makeSignature(new Uint8Array(1), { keys: [key] })),
      says: 'PGP signature',
    },
    { name: "GnuPG's own store", content: () => `\0\0\0 \x01\x01\0\x02KBXf${'\0'.repeat(20)}`, says: 'keybox' },
  ])('refuses $name that was named, and says so of one in a folder', async ({ content, says }) => {
    const path = await put('keys', await content())
    await expect(loadKeyring({ files: [path], folders: [] })).rejects.toMatchObject({
      code: 'KEYRING_INVALID',
      message: expect.stringMatching(`${path}.*${says}`),
    })
    await put('z.gpg', publicOf(other))
    const { keys, places, notices } = await loadKeyring({ files: [], folders: [directory] })
    expect(keys).toHaveLength(1)
    expect(places).toEqual([`${directory} (where keys could not be used)`])
    expect(notices).toEqual([expect.stringContaining(says)])
  })

  it('refuses a file that was named and is not there, or is too large', async () => {
    const named = (path: string) => loadKeyring({ files: [path], folders: [] })
    await expect(named(join(directory, 'nothing'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    await expect(named(directory)).rejects.toMatchObject({ code: 'IS_A_DIRECTORY' })
    const large = await put('large', new Uint8Array(16 * 1024 * 1024 + 1))
    await expect(named(large)).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' })
  })

  it('looks at files and links of a folder, and at nothing hidden or below', async () => {
    const folder = join(directory, 'keys')
    await mkdir(join(folder, 'below'), { recursive: true })
    await writeFile(join(folder, 'a.gpg'), publicOf(key))
    await writeFile(join(folder, '.hidden'), publicOf(old))
    await writeFile(join(folder, 'below', 'c.gpg'), publicOf(old))
    await symlink('a.gpg', join(folder, 'same'))
    await symlink('nowhere', join(folder, 'dangling'))
    await symlink(await put('elsewhere', publicOf(other)), join(folder, 'link'))
    expect(await fingerprints([], [folder])).toEqual([key.getFingerprint(), other.getFingerprint()])
  })

  it('names folders that are missing or empty', async () => {
    const missing = join(directory, 'missing')
    const { keys, places, notices } = await loadKeyring({ files: [], folders: [missing, directory] })
    expect({ keys, notices }).toEqual({ keys: [], notices: [] })
    expect(places).toEqual([`${missing} (which is not there, or cannot be read)`, `${directory} (which is empty)`])
  })

  it('stops when it is told to', async () => {
    await put('a', publicOf(key))
    const signal = AbortSignal.abort(new Error('stop'))
    await expect(loadKeyring({ files: [], folders: [directory] }, { signal })).rejects.toThrow('stop')
  })

  describe('with copies of one key in several files', () => {
    const data = new TextEncoder().encode('an image')

    async function verdict(copies: readonly Uint8Array[], signature: Uint8Array): Promise<string> {
      for (const [index, copy] of copies.entries()) await put(`${index}.gpg`, copy)
      const keyring = await loadKeyring({ files: [], folders: [directory] })
      const check = await verifyDetached({ signature, keyring, name: 'image', at: day(20) })
      await check.update(data)
      return await check.finish()
    }

    it.each([0, 1])('knows that it was revoked when one of them does, in place %i', async (place) => {
      const gone = await revoked(key, 'compromised', day(10))
      const copies = [publicOf(key)]
      copies.splice(place, 0, gone)
      const signature = await makeSignature(data, { keys: [key] })
      await expect(verdict(copies, signature)).rejects.toThrow('revoked')
    })

    it.each([0, 1])('knows that it lives longer when one of them does, in place %i', async (place) => {
      const short = await makeKey({ keyExpirationTime: 4 * 24 * 60 * 60 })
      const long = await renewed(short, day(3))
      const signature = await makeSignature(data, { keys: [long], date: day(10) })
      await expect(verdict([publicOf(short)], signature)).rejects.toThrow('had expired')
      const copies = [publicOf(short)]
      copies.splice(place, 0, publicOf(long))
      expect(await verdict(copies, signature)).toMatch(
        /^good signature by Test <test@example.com>, key [0-9A-F ]+, made/,
      )
    })

    it('knows that it lives longer, although the clock of the machine is far behind', async () => {
      const later = (number: number): Date => new Date(Date.UTC(2100, 0, number))
      const short = await makeKey({ date: later(1), keyExpirationTime: 4 * 24 * 60 * 60 })
      const long = await renewed(short, later(3))
      await put('0.gpg', publicOf(short))
      await put('1.gpg', publicOf(long))
      const keyring = await loadKeyring({ files: [], folders: [directory] })
      const signature = await makeSignature(data, { keys: [long], date: later(10) })
      await expect(verifyDetached({ signature, keyring, name: 'image', at: later(20) })).resolves.toBeDefined()
    })
  })
})
