/** What runs in the thread: the filesystem library, as `messages.ts` has it. */
import { type MessagePort, parentPort } from 'node:worker_threads'
import { isFull, openExt2Filesystem } from '../ext2-filesystem.ts'
import type { DiskAnswer, DiskRequest, FromExt2Worker, LibraryTree, ToExt2Worker } from './messages.ts'

function serve(port: MessagePort): void {
  const tell = (message: FromExt2Worker): void => port.postMessage(message)
  let onAnswer: (answer: DiskAnswer) => void = () => {}
  let tree: LibraryTree | undefined

  /** The library asks for one thing at a time. */
  async function askDisk(request: DiskRequest): Promise<Uint8Array | undefined> {
    const answer = await new Promise<DiskAnswer>((resolve) => {
      onAnswer = resolve
      tell({ kind: 'disk', request })
    })
    if (answer.kind === 'disk-failed') throw new Error('the disk has failed')
    return answer.bytes
  }

  async function carryOut(message: Exclude<ToExt2Worker, DiskAnswer>): Promise<unknown> {
    if (message.kind === 'open') {
      const onPiece = (): void => tell({ kind: 'progress' })
      tree = await openExt2Filesystem({ ask: askDisk, onPiece })
      return undefined
    }
    const method = tree?.[message.method] as (...values: readonly unknown[]) => Promise<unknown>
    return await method(...message.values)
  }

  port.on('message', (message: ToExt2Worker) => {
    if (message.kind === 'disk-done' || message.kind === 'disk-failed') onAnswer(message)
    else {
      carryOut(message).then(
        (value) => tell({ kind: 'done', value }),
        (error: unknown) => tell({ kind: 'failed', reason: messageOf(error), isFull: isFull(error) }),
      )
    }
  })
  tell({ kind: 'ready' })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

if (parentPort) serve(parentPort)
