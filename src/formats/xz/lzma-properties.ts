import { MAX_LITERAL_BITS } from './lzma-model.ts'

/** How contexts are made from what was decoded before, and from where. */
export interface LzmaProperties {
  readonly literalContextBits: number
  readonly literalPositionMask: number
  readonly positionMask: number
}

/** The parameters of LZMA packed in one byte; `undefined` when LZMA2 does not allow them. */
export function decodeLzmaProperties(byte: number): LzmaProperties | undefined {
  const literalContextBits = byte % 9
  const literalPositionBits = Math.floor(byte / 9) % 5
  const positionBits = Math.floor(byte / 45)
  if (positionBits > 4 || literalContextBits + literalPositionBits > MAX_LITERAL_BITS) return undefined
  return {
    literalContextBits,
    literalPositionMask: (1 << literalPositionBits) - 1,
    positionMask: (1 << positionBits) - 1,
  }
}
