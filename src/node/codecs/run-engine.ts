import type { Transform } from 'node:stream'
import { FormatError } from '../../errors.ts'

/** A zlib or zstd stream of Node. */
export type Engine = Transform & { readonly bytesWritten: number }

/** Output buffers of this size: small ones cost a quarter more CPU time. */
export const ENGINE_CHUNK_BYTE_LENGTH: number = 1024 * 1024

/** Where the data of an engine comes from. */
export interface EngineInput {
  /** The next bytes, `undefined` at the end. */
  next(): Promise<Uint8Array | undefined>
  /** What messages say about the data: `the gzip data at offset 1024 of live.iso`. */
  readonly what: string
  readonly signal?: AbortSignal | undefined
}

/**
 * Drives an engine by hand: each piece of input goes in only when the one before is used up and its output taken, so that
 * memory stays flat and it is known how much input the engine has used. The engine is released however the loop ends.
 *
 * @throws {FormatError} `COMPRESSED_DATA_CORRUPT`, `UNEXPECTED_END` when the input ends too early, or
 *   `LIMIT_EXCEEDED` when the engine would need too much memory.
 */
export async function* runEngine(engine: Engine, input: EngineInput): AsyncGenerator<Uint8Array, void, undefined> {
  const feeding = feed(engine, input)
  feeding.catch((error) => engine.destroy(error))
  try {
    for await (const bytes of engine) {
      input.signal?.throwIfAborted()
      const { buffer, byteOffset, byteLength } = bytes as Buffer
      yield new Uint8Array(buffer, byteOffset, byteLength) // a Buffer's methods differ from what the core expects
    }
    await feeding // the input's reader is not the caller's again while a piece of it is still on its way
  } catch (error) {
    throw translate(error, input)
  } finally {
    engine.destroy()
  }
}

async function feed(engine: Engine, input: EngineInput): Promise<void> {
  while (!engine.readableEnded && !engine.destroyed) {
    input.signal?.throwIfAborted()
    const bytes = await input.next()
    if (engine.destroyed || engine.readableEnded) return
    if (!bytes) {
      engine.end()
      return
    }
    await write(engine, bytes)
  }
}

/** Resolves when the input is used up, or the compressed data has ended before it. */
function write(engine: Engine, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      engine.off('end', done)
      engine.off('close', done)
      resolve()
    }
    engine.once('end', done)
    engine.once('close', done)
    engine.write(bytes, done)
  })
}

/** zlib's own errors say nothing about the place. */
function translate(error: unknown, { what }: EngineInput): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'Z_BUF_ERROR') {
    const hint = 'Check that the file is complete'
    return new FormatError('UNEXPECTED_END', `The input ends inside ${what}`, { cause: error, hint })
  }
  if (code === 'ZSTD_error_frameParameter_windowTooLarge' || code === 'ZSTD_error_memory_allocation') {
    return new FormatError('LIMIT_EXCEEDED', `Cannot decompress ${what}: it needs too much memory`, { cause: error })
  }
  if (!/^(Z_|ZSTD_)/.test(code)) return error
  return new FormatError('COMPRESSED_DATA_CORRUPT', `Cannot decompress ${what}: ${(error as Error).message}`, {
    cause: error,
  })
}
