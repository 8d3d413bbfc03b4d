import { type BootLoader, isRemote } from '../../../formats/boot-script/index.ts'

/** A URL's server, path, and what stands behind. */
const URL_PARTS = /^([^:]+:\/\/[^/?#]*)([^?#]*)/

/**
 * Where a file is that a boot script names, as a boot loader finds it: relative to the folder of the script (of PXELINUX: of
 * its own, which is above `pxelinux.cfg`), or to the top, which is that of the server or the checked folder.
 *
 * @param script a path below the checked folder, or a URL.
 * @returns the same; `undefined` for what leads out of the top.
 */
export function resolveLocation(script: string, loader: BootLoader, location: string): string | undefined {
  if (isRemote(location)) return location
  const [, server, urlPath = ''] = URL_PARTS.exec(script) ?? []
  const folders = (server === undefined ? script : urlPath.slice(1)).split('/').slice(0, -1)
  if (loader === 'pxelinux') folders.pop()
  const path = location.startsWith('/') ? [] : folders
  for (const part of location.split('/')) {
    if (part === '..' && path.pop() === undefined) return undefined
    if (part !== '' && part !== '.' && part !== '..') path.push(part)
  }
  return server === undefined ? path.join('/') : `${server}/${path.join('/')}`
}
