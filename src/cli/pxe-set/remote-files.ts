import { ByteReader } from '../../bytes/index.ts'
import { redactUrl } from '../../formats/url/index.ts'
import { type HttpOptions, headUrl, openUrl } from '../../node/index.ts'
import type { RemoteFiles } from '../../operations/index.ts'

/** Files on HTTP servers. */
export function createRemoteFiles(options: HttpOptions): RemoteFiles {
  return {
    async measure(url) {
      const { byteLength, url: finalUrl } = await headUrl(url, options)
      return { byteLength, redirectedTo: behindRedirects(url, finalUrl) }
    },
    async withFile(url, work) {
      await using file = await openUrl(url, options)
      const reader = new ByteReader(file.bytes, redactUrl(url))
      return await work({ byteLength: file.byteLength, reader, redirectedTo: behindRedirects(url, file.url) })
    },
  }
}

function behindRedirects(url: string, finalUrl: string): string | undefined {
  return finalUrl === new URL(url).href ? undefined : finalUrl
}
