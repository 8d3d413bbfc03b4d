import { blobSource, chunks, overlay, planIgnition, planKargs, portableCodecs, readLiveIso } from '../../src/index.ts'

/**
 * Embeds a config and a kernel argument into a live ISO without Node, as a web page would, and gives the SHA-256 of the
 * edited image in hex. The test runs this in Chromium and in Node.
 */
export async function editImage(image: Blob, config: string): Promise<string> {
  const source = blobSource(image, 'live.iso')
  const live = await readLiveIso(source)
  const patches = [
    ...(await planIgnition(live, new TextEncoder().encode(config), { codecs: portableCodecs })),
    ...planKargs(live, { append: ['console=ttyS0'] }),
  ]
  const parts: BlobPart[] = []
  for await (const chunk of chunks(overlay(source, patches))) parts.push(chunk.slice())
  const digest = await crypto.subtle.digest('SHA-256', await new Blob(parts).arrayBuffer())
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
