import { createHttpClient } from './client.ts'
import { versionOf } from './file-version.ts'
import type { HttpOptions } from './http-options.ts'
import { Retries } from './retries.ts'
import { type Answer, parseHttpUrl, sendRequest } from './send-request.ts'

/** What a server says about a file without sending it. */
export interface RemoteFileFacts {
  /** Where it really is, behind redirects. Show it with `redactUrl` only. */
  readonly url: string
  /** `undefined` when the server doesn't say. */
  readonly byteLength: number | undefined
  readonly contentType: string | undefined
}

/** What servers answer that know no HEAD, and those that sign URLs for GET only. */
const NO_HEAD: readonly number[] = [403, 405, 501]

/**
 * Asks for a file without its bytes: by HEAD, and where a server doesn't take that, by a GET that is broken off.
 *
 * @throws {IoError} `FETCH_FAILED`, `HTTP_STATUS`, `TLS_UNTRUSTED`, `URL_INSECURE`, `CA_FILE_INVALID`.
 * @throws {UsageError} `URL_INVALID`
 */
export async function headUrl(url: string, options: HttpOptions = {}): Promise<RemoteFileFacts> {
  const start = parseHttpUrl(url)
  await using client = createHttpClient(options)
  const answer = await new Retries(options).run(async (): Promise<Answer> => {
    const head = await sendRequest(client, start, { method: 'HEAD', accept: [200, ...NO_HEAD] })
    return NO_HEAD.includes(head.status) ? await sendRequest(client, start, { accept: [200] }) : head
  })
  answer.discard()
  return {
    url: answer.url.href,
    byteLength: versionOf(answer).byteLength,
    contentType: answer.header('content-type'),
  }
}
