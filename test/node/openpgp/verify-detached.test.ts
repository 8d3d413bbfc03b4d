import fc from 'fast-check'
import { armor, enums, type PrivateKey, readSignature } from 'openpgp'
import { beforeAll, describe, expect, it } from 'vitest'
import { joinBytes } from '../../../src/bytes/index.ts'
import { IsokitError } from '../../../src/errors.ts'
import { type Keyring, MAX_SIGNATURE_BYTE_LENGTH, verifyDetached } from '../../../src/node/index.ts'
import { day, editSignature, keyringOf, makeKey, makeSignature, renewed, revoked } from '../../support/openpgp.ts'

const data = new TextEncoder().encode('an image,\nas good as any other\n'.repeat(40))
const DAY_SECONDS = 24 * 60 * 60

let key: PrivateKey
let other: PrivateKey

beforeAll(async () => {
  key = await makeKey()
  other = await makeKey({ userIDs: { name: 'Other', email: 'other@example.com' } })
})

/** RFC 9580, 5.2.3.24: flags, the lengths of name and value, the name. */
function notation(name: string, { isCritical }: { readonly isCritical: boolean }): readonly number[] {
  const body = [0x80, 0, 0, 0, 0, name.length, 0, 0, ...Buffer.from(name)]
  return [body.length + 1, (isCritical ? 0x80 : 0) | 20, ...body]
}

interface Verification {
  readonly signature: Uint8Array
  readonly keyring: Keyring
  readonly at?: Date
  readonly bytes?: Uint8Array
}

async function verify({ signature, keyring, at = day(20), bytes = data }: Verification): Promise<string> {
  const check = await verifyDetached({ signature, keyring, at, name: 'image.raw.xz' })
  await check.update(bytes)
  return await check.finish()
}

/** What is said before any data has come. */
async function refusal({ signature, keyring, at = day(20) }: Verification): Promise<unknown> {
  return await verifyDetached({ signature, keyring, at, name: 'image.raw.xz' }).then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe('verifyDetached', () => {
  it('says who has signed, with which key, and when', async () => {
    const signature = await makeSignature(data, { keys: [key] })
    const fingerprint = key
      .getFingerprint()
      .toUpperCase()
      .replaceAll(/(.{4})(?=.)/g, '$1 ')
    expect(await verify({ signature, keyring: await keyringOf(other, key) })).toBe(
      `good signature by Test <test@example.com>, key ${fingerprint}, made 2026-01-02`,
    )
  })

  it.each([
    { name: 'RSA', options: { type: 'rsa', rsaBits: 2048 } },
    { name: 'Ed25519, as GnuPG writes it', options: { type: 'ecc', curve: 'ed25519Legacy' } },
    { name: 'Ed25519', options: { type: 'curve25519' } },
    { name: 'Ed448', options: { type: 'curve448' } },
    { name: 'ECDSA on P-256', options: { type: 'ecc', curve: 'nistP256' } },
    { name: 'ECDSA on P-521', options: { type: 'ecc', curve: 'nistP521' } },
    { name: 'a subkey', options: { subkeys: [{ sign: true }] } },
    { name: 'a key of version 6, with a salt', options: { type: 'curve25519', config: { v6Keys: true } } },
  ] as const)('verifies signatures by $name', async ({ options }) => {
    const signer = await makeKey(options as never)
    const signature = await makeSignature(data, { keys: [signer] })
    const keyring = await keyringOf(signer)
    expect(await verify({ signature, keyring })).toContain('good signature')
    await expect(verify({ signature, keyring, bytes: data.subarray(1) })).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    })
  })

  it.each(['sha224', 'sha256', 'sha384', 'sha512', 'sha3_256', 'sha3_512'] as const)(
    'verifies with %s',
    async (name) => {
      const signer = await makeKey({ type: 'rsa', rsaBits: 2048 })
      const config = { preferredHashAlgorithm: enums.hash[name] }
      const signature = await makeSignature(data, { keys: [signer], config })
      expect(await verify({ signature, keyring: await keyringOf(signer) })).toContain('good signature')
    },
  )

  it.each([1, 2, 3])('reads armor: %i blocks with text around them', async (count) => {
    const signature = await makeSignature(data, { keys: [key] })
    const block = `Signed by me:\r\n${armor(enums.armor.signature, signature)}`
    const text = new TextEncoder().encode(block.repeat(count))
    expect(await verify({ signature: text, keyring: await keyringOf(key) })).toContain('good signature')
  })

  it.each([1, 7, 64, 1000])('does not depend on how the data is cut: %i bytes at a time', async (size) => {
    const signature = await makeSignature(data, { keys: [key] })
    const check = await verifyDetached({ signature, keyring: await keyringOf(key), at: day(3), name: 'image' })
    const reused = new Uint8Array(size)
    for (let offset = 0; offset < data.byteLength; offset += size) {
      const piece = data.subarray(offset, offset + size)
      reused.set(piece)
      await check.update(reused.subarray(0, piece.byteLength))
      reused.fill(0xff)
    }
    expect(await check.finish()).toContain('good signature')
  })

  it('verifies that there is no data', async () => {
    const empty = new Uint8Array(0)
    const signature = await makeSignature(empty, { keys: [key] })
    const keyring = await keyringOf(key)
    expect(await verify({ signature, keyring, bytes: empty })).toContain('good signature')
    await expect(verify({ signature, keyring })).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' })
  })

  it('says which key is missing, and where it was looked for', async () => {
    const signature = await makeSignature(data, { keys: [key] })
    const error = await refusal({ signature, keyring: await keyringOf(other) })
    const [id] = /[0-9A-F]{4}$/.exec(key.getFingerprint().toUpperCase()) ?? []
    expect(error).toMatchObject({ code: 'SIGNATURE_KEY_MISSING' })
    expect(error).toMatchObject({ message: expect.stringMatching(`${id}.*keys.gpg.*Other <other@example.com>`) })
  })

  it('finds the key of a signature that has its short id only', async () => {
    const signature = await makeSignature(data, { keys: [key] })
    const fingerprint = Buffer.from(key.getFingerprint(), 'hex')
    const issuer = Buffer.from(signature).indexOf(fingerprint) - 2 // behind type and version
    signature[issuer] = 100 // a private type, which says nothing
    const keyring = await keyringOf(other, key)
    // The change is found, and by this key.
    await expect(verify({ signature, keyring })).rejects.toThrow(/disagree/)
    expect(await refusal({ signature, keyring: await keyringOf(other) })).toMatchObject({
      message: expect.stringContaining(
        `(${key
          .getKeyID()
          .toHex()
          .toUpperCase()
          .replaceAll(/(.{4})(?=.)/g, '$1 ')})`,
      ),
    })
  })

  it('says so when there are no keys, and names ten of many', async () => {
    const signature = await makeSignature(data, { keys: [key] })
    const { keys } = await keyringOf(other)
    const messageWith = async (count: number): Promise<string> => {
      const many = Array.from({ length: count }, () => keys).flat()
      return String(await refusal({ signature, keyring: { keys: many, places: ['keys.gpg'] } }))
    }
    expect(await messageWith(0)).toContain('looked at keys.gpg; no keys are there')
    expect((await messageWith(10)).match(/Other/g)).toHaveLength(10)
    expect(await messageWith(12)).toMatch(/Other <other@example.com> and 2 more$/)
  })

  describe('with several signatures', () => {
    const both = async (): Promise<Uint8Array> => await makeSignature(data, { keys: [key, other] })

    it('wants one by a known key, and names the others', async () => {
      const clause = await verify({ signature: await both(), keyring: await keyringOf(other) })
      expect(clause).toMatch(/^good signature by Other .*; not used: a signature by the unknown key [0-9A-F ]+$/)
    })

    it('says all that are good', async () => {
      const clause = await verify({ signature: await both(), keyring: await keyringOf(other, key) })
      expect(clause.match(/good signature by/g)).toHaveLength(2)
    })

    it('refuses data that disagrees with one of them', async () => {
      const bad = await makeSignature(data.subarray(1), { keys: [other] })
      const good = await makeSignature(data, { keys: [key] })
      await expect(
        verify({ signature: joinBytes([good, bad]), keyring: await keyringOf(other, key) }),
      ).rejects.toMatchObject({ code: 'SIGNATURE_INVALID', message: expect.stringContaining('Other') })
    })

    it('accepts a good one beside one whose key was revoked', async () => {
      const gone = await revoked(other, 'compromised', day(10))
      const clause = await verify({ signature: await both(), keyring: await keyringOf(gone, key) })
      expect(clause).toMatch(/^good signature by Test .*; not used: .*revoked on 2026-01-10/)
    })

    it('refuses more of them than anybody makes', async () => {
      const signature = await makeSignature(data, { keys: [key] })
      const times = (count: number): Uint8Array => joinBytes(Array<Uint8Array>(count).fill(signature))
      const keyring = await keyringOf(other)
      expect(await refusal({ signature: times(16), keyring })).toMatchObject({ code: 'SIGNATURE_KEY_MISSING' })
      expect(await refusal({ signature: times(17), keyring })).toMatchObject({ code: 'SIGNATURE_INVALID' })
      const blocks = new TextEncoder().encode('-----BEGIN PGP SIGNATURE-----\n'.repeat(30_000))
      expect(await refusal({ signature: blocks, keyring })).toMatchObject({ message: expect.stringContaining('30000') })
    })
  })

  describe('before any data has come', () => {
    it.each([
      { name: 'a signature from the future', make: { date: day(30) }, says: /future: made 2026-01-30 12:00 UTC/ },
      { name: 'a signature over text', make: { isText: true }, says: /does not cover the bytes/ },
    ])('refuses $name', async ({ make, says }) => {
      const signature = await makeSignature(data, { keys: [key], ...make })
      expect(await refusal({ signature, keyring: await keyringOf(key) })).toMatchObject({
        code: 'SIGNATURE_INVALID',
        message: expect.stringMatching(says),
      })
    })

    it.each([
      { name: 'that has expired', subpacket: [5, 3, 0, 3, 0xf4, 0x80], says: 'expired on 2026-01-05' }, // three days
      { name: 'that expires beyond all time', subpacket: [9, 3, ...Array<number>(8).fill(0xff)], says: 'no calendar' },
      { name: 'made beyond all time', subpacket: [9, 2, ...Array<number>(8).fill(0xff)], says: 'no calendar' },
      { name: 'with a condition', subpacket: [2, 0x80 | 99, 0], says: 'conditions' },
      { name: 'with a condition that has a name', subpacket: notation('x', { isCritical: true }), says: 'conditions' },
    ])('refuses a signature $name', async ({ subpacket, says }) => {
      const signature = editSignature(await makeSignature(data, { keys: [key] }), { subpacket })
      expect(await refusal({ signature, keyring: await keyringOf(key) })).toMatchObject({
        code: 'SIGNATURE_INVALID',
        message: expect.stringContaining(says),
      })
    })

    it('refuses a salt that has another length than the hash wants', async () => {
      const signer = await makeKey({ type: 'curve25519', config: { v6Keys: true } })
      const signature = await makeSignature(data, { keys: [signer] })
      const keyring = await keyringOf(signer)
      const { packets } = await readSignature({ binarySignature: signature })
      const { salt } = packets[0] as unknown as { salt: Uint8Array }
      const at = signature.findIndex((_, index) => salt.every((byte, offset) => signature[index + offset] === byte))
      const shorter = joinBytes([signature.subarray(0, at), signature.subarray(at + 1)])
      shorter[at - 1] = salt.byteLength - 1
      shorter[1] = (shorter[1] as number) - 1
      expect(await refusal({ signature: shorter, keyring })).toMatchObject({ message: expect.stringContaining('salt') })
    })

    it('refuses a hash that can be forged', async () => {
      const signature = editSignature(await makeSignature(data, { keys: [key] }), { hash: enums.hash.sha1 })
      expect(await refusal({ signature, keyring: await keyringOf(key) })).toMatchObject({
        code: 'SIGNATURE_INVALID',
        message: expect.stringContaining('SHA-1'),
      })
    })

    it.each([
      { name: 'nothing', bytes: new Uint8Array(0), says: 'it is empty' },
      { name: 'zeros', bytes: new Uint8Array(400) },
      { name: 'a page that says 404', bytes: new TextEncoder().encode('<html>Not found</html>'), says: 'a web page' },
      { name: 'a login', bytes: new TextEncoder().encode('\n <!DOCTYPE html><title>Wi-Fi'), says: 'a web page' },
      { name: 'armor that breaks off', bytes: new TextEncoder().encode('-----BEGIN PGP SIGNATURE-----\n\niQ==') },
      { name: 'armor without a signature', bytes: new TextEncoder().encode('-----BEGIN PGP SIGNATURE-----\n') },
      { name: 'signed text', bytes: new TextEncoder().encode('-----BEGIN PGP SIGNED MESSAGE-----\n\nhello\n') },
    ])('refuses $name as a signature', async ({ bytes, says = 'Cannot read the signature of' }) => {
      expect(await refusal({ signature: bytes, keyring: await keyringOf(key) })).toMatchObject({
        code: 'SIGNATURE_INVALID',
        message: expect.stringContaining(says),
      })
    })

    it('refuses a signature that was cut anywhere', async () => {
      const signature = await makeSignature(data, { keys: [key] })
      const keyring = await keyringOf(key)
      for (let length = 0; length < signature.byteLength; length++) {
        expect(await refusal({ signature: signature.subarray(0, length), keyring })).toBeInstanceOf(IsokitError)
      }
    })

    it('refuses a file that is too large for a signature', async () => {
      const keyring = await keyringOf(key)
      const tooLarge = new Uint8Array(MAX_SIGNATURE_BYTE_LENGTH + 1)
      expect(await refusal({ signature: tooLarge, keyring })).toMatchObject({
        message: expect.stringContaining('1048577'),
      })
    })
  })

  describe('by a key that was', () => {
    it('revoked for what may have happened before: refuses', async () => {
      const signature = await makeSignature(data, { keys: [key] })
      const keyring = await keyringOf(await revoked(key, 'compromised', day(10)))
      expect(await refusal({ signature, keyring })).toMatchObject({
        code: 'SIGNATURE_INVALID',
        message: expect.stringMatching(/revoked on 2026-01-10, since it is in other hands: Test/),
      })
    })

    it('replaced before it signed: refuses', async () => {
      const signature = await makeSignature(data, { keys: [key], date: day(12) })
      const keyring = await keyringOf(await revoked(key, 'superseded', day(10)))
      expect(await refusal({ signature, keyring })).toMatchObject({
        message: expect.stringMatching(/revoked on 2026-01-10, since another key takes its place/),
      })
    })

    it('replaced after it signed: accepts, again and again, and says so', async () => {
      const early = await makeSignature(data, { keys: [key] })
      const late = await makeSignature(data, { keys: [key], date: day(12) })
      const keyring = await keyringOf(await revoked(key, 'superseded', day(10)))
      expect(await verify({ signature: early, keyring })).toContain('(the key was retired on 2026-01-10, after that)')
      expect(await refusal({ signature: late, keyring })).toMatchObject({ code: 'SIGNATURE_INVALID' })
      expect(await verify({ signature: early, keyring })).toContain('good signature')
    })

    it('valid when it signed and has expired since: accepts, and says so', async () => {
      const signer = await makeKey({ keyExpirationTime: 4 * DAY_SECONDS })
      const signature = await makeSignature(data, { keys: [signer] })
      expect(await verify({ signature, keyring: await keyringOf(signer) })).toContain(
        '(the key expired on 2026-01-05, after that)',
      )
    })

    it('expired before it signed: refuses', async () => {
      const forever = await renewed(await makeKey(), day(1))
      const signature = await makeSignature(data, { keys: [forever], date: day(8) })
      const short = await renewed(forever, day(1), 4 * DAY_SECONDS)
      expect(await refusal({ signature, keyring: await keyringOf(short) })).toMatchObject({
        code: 'SIGNATURE_INVALID',
        message: expect.stringMatching(/had expired on 2026-01-05, and it was made 2026-01-08/),
      })
    })

    it('prolonged after it signed: accepts', async () => {
      const signer = await makeKey({ keyExpirationTime: 4 * DAY_SECONDS })
      const signature = await makeSignature(data, { keys: [signer] })
      expect(await verify({ signature, keyring: await keyringOf(await renewed(signer, day(10))) })).toContain(
        'made 2026-01-02',
      )
    })

    it('made after the signature: refuses', async () => {
      const signature = await makeSignature(data, { keys: [key], date: day(2) })
      const keyring = await keyringOf(key)
      expect(await refusal({ signature: editSignature(signature, { date: new Date(0) }), keyring })).toMatchObject({
        message: expect.stringMatching(/made 1970-01-01, before its key/),
      })
    })

    it('too weak: refuses', async () => {
      const config = { minRSABits: 1024 }
      const weak = await makeKey({ type: 'rsa', rsaBits: 1024, config })
      const signature = await makeSignature(data, { keys: [weak], config })
      expect(await refusal({ signature, keyring: await keyringOf(weak) })).toMatchObject({
        message: expect.stringContaining('too weak'),
      })
    })
  })

  it('refuses data with any byte changed, added or taken away', async () => {
    const signature = await makeSignature(data, { keys: [key] })
    const keyring = await keyringOf(key)
    const change = fc.tuple(fc.nat(data.byteLength - 1), fc.integer({ min: 1, max: 255 }))
    await fc.assert(
      fc.asyncProperty(change, async ([offset, flip]) => {
        const bytes = data.slice()
        bytes[offset] = (bytes[offset] as number) ^ flip
        await expect(verify({ signature, keyring, bytes })).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' })
      }),
      { numRuns: 50 },
    )
    for (const bytes of [data.subarray(0, -1), joinBytes([data, new Uint8Array(1)])]) {
      await expect(verify({ signature, keyring, bytes })).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' })
    }
  })

  it('answers for a signature with any byte changed, and never accepts what it says then', async () => {
    const signature = await makeSignature(data, { keys: [key] })
    const keyring = await keyringOf(key)
    const good = await verify({ signature, keyring })
    const change = fc.tuple(fc.nat(signature.byteLength - 1), fc.integer({ min: 1, max: 255 }))
    await fc.assert(
      fc.asyncProperty(change, async ([offset, flip]) => {
        const changed = signature.slice()
        changed[offset] = (changed[offset] as number) ^ flip
        // Parts that are not signed themselves may change; they prove nothing else then.
        const clause = await verify({ signature: changed, keyring }).catch((error: unknown) => {
          expect(error).toBeInstanceOf(IsokitError)
          return good
        })
        expect(clause).toBe(good)
      }),
      { numRuns: 300 },
    )
  })
})
