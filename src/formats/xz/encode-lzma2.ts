import type { Lzma2Encoder } from './lzma2-encoder.ts'
import { storedLzma2 } from './stored-lzma2.ts'

export const encodeLzma2: Lzma2Encoder = storedLzma2
