import { type ErrorCode, FormatError } from '../../../errors.ts'
import type { XzBlock } from '../../../formats/xz/index.ts'

/** What a worker is told: a block, what follows the block's header in pieces, and how much it may give ahead. */
export type ToWorker =
  | { readonly kind: 'block'; readonly block: XzBlock; readonly maxDictionaryByteLength: number }
  | { readonly kind: 'input'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'end' }
  | { readonly kind: 'credit'; readonly byteLength: number }

/** What a worker tells. Input is used when the worker holds it no longer as it came, whether or not that gave output. */
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'used'; readonly byteLength: number }
  | { readonly kind: 'output'; readonly bytes: Uint8Array }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** An error on its way between threads, where classes and codes would be lost. */
export interface Failure {
  readonly code: ErrorCode | undefined
  readonly message: string
  readonly stack: string | undefined
  readonly hint: string | undefined
}

/** Packs what was thrown. */
export function packFailure(error: unknown): Failure {
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  if (error instanceof FormatError) return { code: error.code, message, stack, hint: error.hint }
  return { code: undefined, message, stack, hint: undefined }
}

/** The error that was packed. */
export function unpackFailure({ code, message, stack, hint }: Failure): Error {
  if (code) return new FormatError(code, message, hint === undefined ? {} : { hint })
  const error = new Error(message)
  if (stack !== undefined) error.stack = stack
  return error
}
