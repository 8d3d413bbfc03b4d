import { describe, expect, it } from 'vitest'
import { IsokitError } from '../../../src/errors.ts'
import { planTrust, type TrustFacts, type TrustPlan } from '../../../src/operations/index.ts'

const given = { algorithm: 'sha512', digest: 'ab'.repeat(64) } as const
const published = { algorithm: 'sha256', digest: 'cd'.repeat(32) } as const
const other = { algorithm: 'sha256', digest: 'ef'.repeat(32) } as const

const METADATA = {
  none: undefined,
  https: { sha256: published, isSecure: true },
  http: { sha256: published, isSecure: false },
  'https, no sha256': { sha256: undefined, isSecure: true },
}

interface Row {
  readonly signed: boolean
  readonly checksum: boolean
  readonly metadata: keyof typeof METADATA
  readonly trust: 'signature' | 'metadata'
  readonly insecure: boolean
}

const both = [false, true]
const rows: readonly Row[] = both.flatMap((signed) =>
  both.flatMap((checksum) =>
    (Object.keys(METADATA) as (keyof typeof METADATA)[]).flatMap((metadata) =>
      (['signature', 'metadata'] as const).flatMap((trust) =>
        both.map((insecure) => ({ signed, checksum, metadata, trust, insecure })),
      ),
    ),
  ),
)

function factsOf({ signed, checksum, metadata, trust, insecure }: Row): TrustFacts {
  return {
    name: 'image.xz',
    signature: signed ? 'present' : { absent: 'image.xz.sig does not exist' },
    metadata: METADATA[metadata],
    checksum: checksum ? given : undefined,
    trust,
    insecure,
  }
}

function verdictOf(row: Row): TrustPlan['signature'] | 'refused' {
  try {
    return planTrust(factsOf(row)).signature
  } catch (error) {
    expect(error).toMatchObject({ code: 'SIGNATURE_MISSING' })
    return 'refused'
  }
}

describe('planTrust, in each of its 64 cases,', () => {
  it('wants a proof unless told otherwise', () => {
    const refused = rows.filter((row) => verdictOf(row) === 'refused')
    expect(refused).toEqual(
      rows.filter(
        ({ signed, checksum, metadata, trust, insecure }) =>
          !(signed || checksum || insecure || (trust === 'metadata' && metadata === 'https')),
      ),
    )
    expect(refused).toHaveLength(7)
  })

  it('looks at every signature, and needs it where nothing else proves the image', () => {
    for (const row of rows) {
      const isProved = row.checksum || (row.trust === 'metadata' && row.metadata === 'https')
      if (!row.signed) expect(verdictOf(row)).toBeOneOf(['absent', 'refused'])
      else expect(verdictOf(row)).toBe(isProved || row.insecure ? 'if-key-is-known' : 'required')
    }
  })

  it('checks every checksum there is', () => {
    for (const row of rows.filter((row) => verdictOf(row) !== 'refused')) {
      const { checksums } = planTrust(factsOf(row))
      const isPublished = row.metadata === 'http' || row.metadata === 'https'
      const wanted = [...(row.checksum ? [given] : []), ...(isPublished ? [published] : [])]
      expect(checksums.map(({ checksum }) => checksum)).toEqual(wanted)
    }
  })

  it('gives notice where there is no proof', () => {
    const noticed = rows.filter((row) => verdictOf(row) !== 'refused' && planTrust(factsOf(row)).notices.length > 0)
    expect(noticed).toHaveLength(7)
    for (const row of noticed) {
      expect(row).toMatchObject({ signed: false, checksum: false, insecure: true })
      expect(planTrust(factsOf(row)).notices).toEqual([expect.stringContaining('image.xz.sig does not exist')])
    }
  })
})

describe('planTrust says', () => {
  const bare = { signed: false, checksum: false, metadata: 'none', trust: 'signature', insecure: false } as const
  const errorOf = (row: Row): IsokitError => {
    try {
      planTrust(factsOf(row))
    } catch (error) {
      if (error instanceof IsokitError) return error
    }
    throw new Error('This has to be refused')
  }

  it.each([
    { name: 'why the signature is absent', row: bare, says: 'image.xz.sig does not exist' },
    { name: 'that metadata was insecure', row: { ...bare, metadata: 'http', trust: 'metadata' }, says: 'over https' },
    {
      name: 'that metadata lacks a checksum',
      row: { ...bare, metadata: 'https, no sha256', trust: 'metadata' },
      says: 'has no sha256',
    },
    {
      name: 'that there is no metadata',
      row: { ...bare, trust: 'metadata' },
      says: 'does not come from stream metadata',
    },
  ] as const)('$name', ({ row, says }) => {
    expect(errorOf(row).message).toContain(says)
  })

  it('that metadata could be trusted, only where it could', () => {
    expect(errorOf({ ...bare, metadata: 'https' }).hint).toContain('--trust metadata')
    expect(errorOf({ ...bare, metadata: 'http' }).hint).not.toContain('--trust metadata')
    expect(errorOf(bare).hint).toContain('--insecure')
  })
})

describe('planTrust with a checksum of the kind that the metadata has', () => {
  const facts = factsOf({ signed: false, checksum: false, metadata: 'https', trust: 'signature', insecure: false })

  it('checks it once when they agree', () => {
    const { checksums } = planTrust({ ...facts, checksum: published })
    expect(checksums).toEqual([{ checksum: published, origin: 'the given checksum' }])
  })

  it('refuses a contradiction at once, also when insecure', () => {
    expect(() => planTrust({ ...facts, checksum: other, insecure: true })).toThrow(
      expect.objectContaining({ code: 'CHECKSUM_MISMATCH' }),
    )
  })
})
