import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { ByteReader, joinBytes } from '../bytes/index.ts'
import { IoError } from '../errors.ts'
import { openPipe } from './open-pipe.ts'
import { ioError, withIoError } from './system-error.ts'

/** The most that a config, a keyfile or another small input may have, unless the caller says otherwise: 64 MiB. */
export const MAX_INPUT_BYTE_LENGTH: number = 64 * 1024 * 1024

const READ_BYTE_LENGTH = 64 * 1024

/** Options of {@link readInput} and {@link readStdin}. */
export interface ReadInputOptions {
  /** The most bytes to accept; {@link MAX_INPUT_BYTE_LENGTH} unless given. */
  readonly maxByteLength?: number
  /** Stops the read; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads a small file wholly: a regular file, a named pipe or a device such as `/dev/stdin`. `-` is a file of that name.
 *
 * @throws {IoError} `INPUT_TOO_LARGE` beyond the limit, `FILE_NOT_FOUND`, `PERMISSION_DENIED`, `IS_A_DIRECTORY`.
 */
export async function readInput(path: string, options: ReadInputOptions = {}): Promise<Uint8Array> {
  const { maxByteLength = MAX_INPUT_BYTE_LENGTH, signal } = options
  signal?.throwIfAborted()
  await using pipe = await openPipe(path, signal)
  if (pipe) return await joinAll(pipe, path, maxByteLength)
  await using handle = await withIoError(`open ${path}`, () => open(path, 'r'))
  const pieces: Uint8Array[] = []
  let byteLength = 0
  while (byteLength <= maxByteLength) {
    signal?.throwIfAborted()
    const piece = new Uint8Array(READ_BYTE_LENGTH)
    const { bytesRead } = await withIoError(`read ${path}`, () => handle.read(piece, 0, piece.byteLength, null))
    if (bytesRead === 0) return joinBytes(pieces)
    pieces.push(piece.subarray(0, bytesRead))
    byteLength += bytesRead
  }
  throw tooLarge(path, maxByteLength)
}

/**
 * Reads standard input wholly.
 *
 * @throws {IoError} `INPUT_TOO_LARGE` beyond the limit.
 */
export async function readStdin(options: ReadInputOptions = {}): Promise<Uint8Array> {
  const { maxByteLength = MAX_INPUT_BYTE_LENGTH, signal } = options
  return await joinAll(stdinChunks(signal), 'standard input', maxByteLength)
}

/** Standard input as a reader that pulls; messages call it `standard input`. */
export function stdinReader(options: { readonly signal?: AbortSignal | undefined } = {}): ByteReader {
  return new ByteReader(stdinChunks(options.signal), 'standard input')
}

/**
 * Standard input through Node's stream rather than `fs.read`: a read that waits in the thread pool for a terminal or a
 * pipe would keep the process from exiting. An open pipe keeps it as well, so it counts only while somebody waits for
 * bytes: whoever stops reading, for a mistake in what came first, does not close it.
 */
async function* stdinChunks(signal: AbortSignal | undefined): AsyncGenerator<Uint8Array, void, undefined> {
  signal?.throwIfAborted()
  const { addAbortSignal } = await import('node:stream')
  const stdin: Readable & Partial<Pick<NodeJS.ReadStream, 'ref' | 'unref'>> = process.stdin // a file has neither
  if (signal) addAbortSignal(signal, stdin)
  const chunks: AsyncIterator<Buffer> = stdin[Symbol.asyncIterator]()
  try {
    for (;;) {
      stdin.ref?.()
      const { value, done } = await chunks.next()
      stdin.unref?.()
      if (done) return
      yield new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    }
  } catch (error) {
    signal?.throwIfAborted()
    throw ioError(error, 'read standard input')
  } finally {
    await chunks.return?.()
  }
}

async function joinAll(chunks: AsyncIterable<Uint8Array>, name: string, maxByteLength: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let byteLength = 0
  for await (const piece of chunks) {
    pieces.push(piece)
    byteLength += piece.byteLength
    if (byteLength > maxByteLength) throw tooLarge(name, maxByteLength)
  }
  return joinBytes(pieces)
}

function tooLarge(name: string, maxByteLength: number): IoError {
  return new IoError('INPUT_TOO_LARGE', `Cannot use ${name}: it has more than ${maxByteLength} bytes`, {
    hint: 'Check that it is the file that you meant',
  })
}
