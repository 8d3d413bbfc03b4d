import fc from 'fast-check'
import { armor, enums, type PrivateKey } from 'openpgp'
import { beforeAll, describe, expect, it } from 'vitest'
import { joinBytes } from '../../src/bytes/index.ts'
import { IsokitError } from '../../src/errors.ts'
import { mergeKeys, readPublicKeys, verifyDetached } from '../../src/node/index.ts'
import { fraction } from '../support/fraction.ts'
import { day, keyringOf, makeKey, makeSignature, revoked } from '../support/openpgp.ts'

/** Mutants to try; `ISOKIT_FUZZ_RUNS=100000` for a long run. */
const RUNS = Number(process.env['ISOKIT_FUZZ_RUNS'] || 1000)

/** What one mutant may take: far more than any takes, far less than one that got away. */
const MAX_TIME_MS = 2000

const timeout = 60_000 + RUNS * 40

const data = new TextEncoder().encode('an image')
let key: PrivateKey
let keys: Uint8Array
let signatures: Uint8Array

beforeAll(async () => {
  key = await makeKey({ type: 'rsa', rsaBits: 2048, subkeys: [{ sign: true }] })
  const other = await makeKey({ type: 'ecc', curve: 'nistP256' })
  keys = joinBytes([key.toPublic().write(), await revoked(other, 'superseded', day(9))])
  signatures = await makeSignature(data, { keys: [key, other] })
})

const mutations = fc.record({
  changes: fc.array(
    fc.record({ place: fraction, byte: fc.oneof(fc.constantFrom(0, 1, 4, 6, 0x2d, 0x7f, 0x80, 0xff), fc.nat(255)) }),
    { minLength: 1, maxLength: 5 },
  ),
  kept: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fraction),
  isArmored: fc.boolean(),
})

type Mutations = typeof mutations extends fc.Arbitrary<infer T> ? T : never

function mutate(golden: Uint8Array, type: enums.armor, { changes, kept, isArmored }: Mutations): Uint8Array {
  const bytes = isArmored ? new TextEncoder().encode(armor(type, golden)) : golden.slice()
  for (const { place, byte } of changes) bytes[Math.floor(place * bytes.byteLength)] = byte
  return bytes.subarray(0, Math.ceil(bytes.byteLength * kept))
}

/** What came out; `undefined` for an error of ours. */
async function answer<T>(run: () => Promise<T>): Promise<T | undefined> {
  const started = performance.now()
  try {
    return await run()
  } catch (error) {
    expect(error).toBeInstanceOf(IsokitError)
    return undefined
  } finally {
    expect(performance.now() - started).toBeLessThan(MAX_TIME_MS)
  }
}

describe('an answer, and never a proof that is none, comes of', () => {
  it('a damaged signature', { timeout }, async () => {
    const keyring = await keyringOf(key)
    const other = data.slice(1)
    let goodCount = 0
    const property = fc.asyncProperty(mutations, async (mutation) => {
      const signature = mutate(signatures, enums.armor.signature, mutation)
      const verify = async (bytes: Uint8Array): Promise<string> => {
        const check = await verifyDetached({ signature, keyring, name: 'image', at: day(20) })
        await check.update(bytes)
        return await check.finish()
      }
      expect(await answer(() => verify(other))).toBeUndefined()
      if ((await answer(() => verify(data))) !== undefined) goodCount++
    })
    await fc.assert(property, { numRuns: RUNS })
    // The damage often hits the second signature, by a key that is unknown anyway. Were none good, nothing would be tested.
    expect(goodCount).toBeGreaterThan(0)
  })

  it('a damaged keyring', { timeout }, async () => {
    const signature = await makeSignature(data, { keys: [key] })
    const other = data.slice(1)
    const property = fc.asyncProperty(mutations, async (mutation) => {
      const bytes = mutate(keys, enums.armor.publicKey, mutation)
      const keyring = await answer(async () => ({
        keys: await mergeKeys(await readPublicKeys(bytes, 'keys')),
        places: [],
      }))
      if (!keyring) return
      const verified = await answer(async () => {
        const check = await verifyDetached({ signature, keyring, name: 'image', at: day(20) })
        await check.update(other)
        return await check.finish()
      })
      expect(verified).toBeUndefined()
    })
    await fc.assert(property, { numRuns: RUNS })
  })
})
