import { createHash } from 'node:crypto'
import type { PrivateKey } from 'openpgp'
import { beforeAll, describe, expect, it } from 'vitest'
import { createTrustChecks, type Keyring } from '../../../src/node/index.ts'
import type { TrustPlan } from '../../../src/operations/index.ts'
import { day, keyringOf, makeKey, makeSignature } from '../../support/openpgp.ts'

const data = new TextEncoder().encode('an image')
const checksum = { algorithm: 'sha512', digest: createHash('sha512').update(data).digest('hex') } as const

let key: PrivateKey
let stranger: PrivateKey
let keyring: Keyring

beforeAll(async () => {
  key = await makeKey()
  stranger = await makeKey()
  keyring = await keyringOf(key)
})

interface Result {
  readonly aims: readonly string[]
  readonly proofs: readonly string[]
  readonly notices: readonly string[]
}

async function prove(plan: Partial<TrustPlan>, signature: Uint8Array | undefined, bytes: Uint8Array): Promise<Result> {
  const { checks, notices } = await createTrustChecks(
    { signature: 'absent', checksums: [], notices: [], ...plan },
    { name: 'image.xz', signature, loadKeyring: async () => keyring, at: day(3) },
  )
  const proofs: string[] = []
  for (const check of checks) await check.update(bytes)
  for (const check of checks) proofs.push(await check.finish())
  return { aims: checks.map(({ aim }) => aim), proofs, notices }
}

describe('createTrustChecks', () => {
  it('checks what there is, the signature first', async () => {
    const signature = await makeSignature(data, { keys: [key] })
    const plan = { signature: 'if-key-is-known', checksums: [{ checksum, origin: 'the given checksum' }] } as const
    const { aims, proofs, notices } = await prove(plan, signature, data)
    expect(aims).toEqual([expect.stringContaining('signature by'), expect.stringContaining(checksum.digest)])
    expect(proofs).toEqual([expect.stringContaining('good signature'), expect.stringContaining('sha512 ')])
    expect(notices).toEqual([])
  })

  it('loads no keys where there is no signature', async () => {
    const loadKeyring = (): Promise<Keyring> => Promise.reject(new Error('No keys are needed'))
    const plan: TrustPlan = { signature: 'absent', checksums: [], notices: ['It is used without proof'] }
    expect(await createTrustChecks(plan, { name: 'image', signature: undefined, loadKeyring })).toEqual({
      checks: [],
      notices: ['It is used without proof'],
    })
  })

  it('does not go without a required signature', async () => {
    await expect(prove({ signature: 'required' }, undefined, data)).rejects.toMatchObject({ code: 'SIGNATURE_MISSING' })
  })

  it('needs the key of a required signature, and does without otherwise', async () => {
    const signature = await makeSignature(data, { keys: [stranger] })
    await expect(prove({ signature: 'required' }, signature, data)).rejects.toMatchObject({
      code: 'SIGNATURE_KEY_MISSING',
    })
    const { proofs, notices } = await prove({ signature: 'if-key-is-known' }, signature, data)
    expect(proofs).toEqual([])
    expect(notices).toEqual([expect.stringMatching(/^The signature was not used: .*keys\.gpg/)])
  })

  it.each(['required', 'if-key-is-known'] as const)('refuses a bad signature that is %s', async (need) => {
    const signature = await makeSignature(data.subarray(1), { keys: [key] })
    await expect(prove({ signature: need }, signature, data)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' })
    await expect(prove({ signature: need }, signature.subarray(1), data)).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    })
  })

  it('refuses a wrong checksum beside a good signature', async () => {
    const signature = await makeSignature(data, { keys: [key] })
    const wrong = { ...checksum, digest: checksum.digest.replace(/./, (digit) => (digit === '0' ? '1' : '0')) }
    const plan = { signature: 'required', checksums: [{ checksum: wrong, origin: 'the stream metadata' }] } as const
    await expect(prove(plan, signature, data)).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' })
  })
})
