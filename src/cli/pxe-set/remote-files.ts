import { ByteReader } from '../../bytes/index.ts'
import { redactUrl } from '../../formats/url/index.ts'
import { type HttpOptions, headUrl, openUrl } from '../../node/index.ts'
import type { RemoteFiles } from '../../operations/index.ts'

/** Files on HTTP servers. */
export function createRemoteFiles(options: HttpOptions): RemoteFiles {
  return {
    measure: async (url) => (await headUrl(url, options)).byteLength,
    async withFile(url, work) {
      await using file = await openUrl(url, options)
      return await work({ byteLength: file.byteLength, reader: new ByteReader(file.bytes, redactUrl(url)) })
    },
  }
}
