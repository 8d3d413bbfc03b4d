import fc from 'fast-check'

const STEPS = 2 ** 30

/**
 * Fractions from 0 up to, but not including, 1, all alike: for places in a text or an image. `fc.double` spreads over bit
 * patterns instead, nearly all of which are close to 0, so that most places would be the start.
 */
export const fraction: fc.Arbitrary<number> = fc.noBias(fc.nat(STEPS - 1)).map((step) => step / STEPS)
